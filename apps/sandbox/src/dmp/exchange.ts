import type { Behaviour, Endpoint } from './behaviours.js';
import { codesAndContexts } from './ledger.js';
import type { LedgerLine } from './ledger.js';
import type { Memory } from './memory.js';
import type { MtomMessage } from './mtom.js';
import { concernedBy } from './operation.js';
import type { Concerned } from './operation.js';
import type { Trust } from './pki.js';
import type { Registry } from './registry.js';
import { parseSoap, soapFault } from './soap.js';
import type { SoapMessage } from './soap.js';
import { bad, good } from './verdict.js';
import type { Checked, RegistryError, SoapFault } from './verdict.js';
import { checkVihf } from './vihf.js';
import type { Vihf } from './vihf.js';

/** What the two endpoints share. */
export interface Dmp {
  readonly registry: Registry;
  readonly trust: Trust;
  readonly clock: () => Date;
  readonly ejOf: Readonly<Record<string, string>>;
  readonly vihfVersion?: string;
  readonly xsdDir?: string;
  readonly seenMessageIds: Memory;
  readonly seenAssertionIds: Memory;
}

export interface Exchange {
  readonly endpoint: Endpoint;
  readonly contentType: string;
  readonly body: Buffer;
  readonly clientStructure: string;
  readonly behaviour?: Behaviour;
}

export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly line: Pick<
    LedgerLine,
    'verdict' | 'codes' | 'contexts' | 'schema' | 'messageId' | 'subject' | 'uniqueIds' | 'entryUuids'
  >;
}

/** A request whose SOAP and VIHF are in order. */
export type Authentic = MtomMessage & {
  readonly soap: SoapMessage;
  readonly vihf: Vihf;
  readonly concerned: Concerned;
};

export const SOAP_XML = 'application/soap+xml; charset=UTF-8';

/** What the ledger says of an authentic request that was worked on. */
export const reportOf = (
  { soap, vihf, concerned }: Authentic,
  errors: readonly RegistryError[],
  schema: LedgerLine['schema'],
): Answer['line'] => ({
  verdict: errors.length === 0 ? 'accepted' : 'refused',
  ...codesAndContexts(errors),
  ...(schema && { schema }),
  messageId: soap.messageId,
  subject: vihf.subject,
  ...concerned,
});

/** SOAP, addressing and VIHF; then the SOAP fault that was ordered, if any. */
export const authenticate = async (
  dmp: Dmp,
  exchange: Exchange,
  message: MtomMessage,
  actions: readonly string[],
): Promise<Checked<Authentic, Answer>> => {
  const soap = parseSoap(message.xml, { actions, path: exchange.endpoint, seenMessageIds: dmp.seenMessageIds });
  if (!soap.ok) return bad(faulty(soap.problem));
  const concerned = concernedBy(soap.value.payload, dmp.registry);
  const request = { messageId: soap.value.messageId, ...concerned };
  const vihf = await checkVihf(soap.value.assertion, {
    xml: message.xml,
    trust: dmp.trust,
    now: dmp.clock(),
    clientStructure: exchange.clientStructure,
    ejOf: dmp.ejOf,
    ...(dmp.vihfVersion === undefined ? {} : { version: dmp.vihfVersion }),
    seenAssertionIds: dmp.seenAssertionIds,
  });
  if (!vihf.ok) return bad(faulty(vihf.problem, request));
  if (exchange.behaviour?.kind === 'fault') {
    const reason = 'fault on demand';
    const fault = {
      kind: 'fault',
      code: exchange.behaviour.code,
      subcode: 'dmp:OnDemand',
      detail: 'OnDemand',
      reason,
    } as const;
    return bad(faulty(fault, request));
  }
  return good({ ...message, soap: soap.value, vihf: vihf.value, concerned });
};

export const disturbance = ({ behaviour, endpoint }: Exchange): RegistryError | undefined => {
  if (behaviour?.kind === 'refuse') return { code: behaviour.code, context: 'refused on demand' };
  if (behaviour?.kind !== 'busy') return undefined;
  return { code: endpoint === '/repository' ? 'XDSRepositoryBusy' : 'XDSRegistryBusy', context: 'busy on demand' };
};

/** A SOAP fault; `request` is what is known of the request by then. */
export const faulty = (fault: SoapFault, request?: Concerned & { readonly messageId: string }): Answer => ({
  status: 500,
  contentType: SOAP_XML,
  body: soapFault(fault, request?.messageId),
  line: { verdict: 'fault', codes: [fault.detail], contexts: [fault.reason], ...request },
});
