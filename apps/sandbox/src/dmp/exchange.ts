import { randomUUID } from 'node:crypto';
import type { Behaviour, Endpoint } from './behaviours.js';
import { ACTION, NS } from './dmp-rules.js';
import { codesAndContexts } from './ledger.js';
import type { LedgerLine } from './ledger.js';
import type { Memory } from './memory.js';
import { parseMtom } from './mtom.js';
import type { MtomMessage } from './mtom.js';
import type { Trust } from './pki.js';
import { checkSubmission } from './provide-and-register.js';
import type { Registry } from './registry.js';
import { checkSchema } from './schema-check.js';
import { parseSoap, queryResponse, registryResponse, soapAnswer, soapFault } from './soap.js';
import type { SoapMessage } from './soap.js';
import { runStoredQuery } from './stored-query.js';
import { bad, good, senderFault } from './verdict.js';
import type { Checked, RegistryError, SoapFault } from './verdict.js';
import { checkVihf } from './vihf.js';
import type { Vihf } from './vihf.js';
import { is } from './xml.js';

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
  readonly line: Pick<LedgerLine, 'verdict' | 'codes' | 'contexts' | 'schema' | 'messageId' | 'uniqueIds'>;
}

type Authentic = MtomMessage & { readonly soap: SoapMessage; readonly vihf: Vihf };

/** ITI-41: Provide and Register Document Set-b (interop §6.1, TD2.1). */
export const answerProvideAndRegister = async (dmp: Dmp, exchange: Exchange): Promise<Answer> => {
  const message = parseMtom(exchange.contentType, exchange.body);
  if (!message.ok) return faulty(senderFault('NotMtom', message.problem, 'dmp:Malformed'));
  const request = await authenticate(dmp, exchange, message.value, ACTION.provideAndRegister);
  if (!request.ok) return request.problem;
  const { soap, vihf } = request.value;
  const answer = (errors: readonly RegistryError[], schema?: LedgerLine['schema'], uniqueIds?: string[]): Answer => ({
    status: 200,
    ...packaged(soapAnswer(ACTION.provideAndRegisterResponse, soap.messageId, registryResponse(errors))),
    line: {
      verdict: errors.length === 0 ? 'accepted' : 'refused',
      ...codesAndContexts(errors),
      ...(schema && { schema }),
      messageId: soap.messageId,
      ...(uniqueIds && { uniqueIds }),
    },
  });
  const disturbed = disturbance(exchange);
  if (disturbed) return answer([disturbed]);
  if (!is(soap.payload, NS.xds, 'ProvideAndRegisterDocumentSetRequest'))
    return faulty(
      senderFault('Payload', 'not a ProvideAndRegisterDocumentSetRequest', 'dmp:Malformed'),
      soap.messageId,
    );

  const verdict = await checkSchema(soap.payload, dmp.xsdDir, 'IHE/IHEXDSB.xsd');
  if (verdict.schema === 'invalid')
    return answer([{ code: 'XDSRepositoryMetadataError', context: `schema: ${verdict.elements}` }], verdict.schema);
  const submission = await checkSubmission(soap.payload, request.value.attachments, {
    vihf,
    trust: dmp.trust,
    now: dmp.clock(),
    clientStructure: exchange.clientStructure,
  });
  if (!submission.ok) return answer(submission.problem, verdict.schema);
  const registered = await dmp.registry.commit(submission.value);
  return registered.ok
    ? answer(
        [],
        verdict.schema,
        registered.value.map(({ uniqueId }) => uniqueId),
      )
    : answer(registered.problem, verdict.schema);
};

/** ITI-18: Registry Stored Query (interop §6.1, TD3.1). */
export const answerStoredQuery = async (dmp: Dmp, exchange: Exchange): Promise<Answer> => {
  if (!/^application\/soap\+xml\s*(;|$)/i.test(exchange.contentType))
    return faulty(senderFault('NotSoap12', 'Content-Type is not application/soap+xml', 'dmp:Malformed'));
  const message = { xml: exchange.body, attachments: new Map<string, Buffer>() };
  const request = await authenticate(dmp, exchange, message, ACTION.storedQuery);
  if (!request.ok) return request.problem;
  const { soap, vihf } = request.value;
  const answer = (
    found: Checked<readonly string[], readonly RegistryError[]>,
    schema?: LedgerLine['schema'],
  ): Answer => {
    const errors = found.ok ? [] : found.problem;
    return {
      status: 200,
      contentType: 'application/soap+xml; charset=UTF-8',
      body: soapAnswer(ACTION.storedQueryResponse, soap.messageId, queryResponse(found.ok ? found.value : [], errors)),
      line: {
        verdict: found.ok ? 'accepted' : 'refused',
        ...codesAndContexts(errors),
        ...(schema && { schema }),
        messageId: soap.messageId,
      },
    };
  };
  const disturbed = disturbance(exchange);
  if (disturbed) return answer(bad([disturbed]));
  if (!is(soap.payload, NS.query, 'AdhocQueryRequest'))
    return faulty(senderFault('Payload', 'not an AdhocQueryRequest', 'dmp:Malformed'), soap.messageId);
  const verdict = await checkSchema(soap.payload, dmp.xsdDir, 'ebRS30/query.xsd');
  if (verdict.schema === 'invalid')
    return answer(bad([{ code: 'XDSRegistryError', context: `schema: ${verdict.elements}` }]), verdict.schema);
  return answer(runStoredQuery(soap.payload, dmp.registry, vihf), verdict.schema);
};

/** SOAP, addressing and VIHF; then the SOAP fault that was ordered, if any. */
const authenticate = async (
  dmp: Dmp,
  exchange: Exchange,
  message: MtomMessage,
  action: string,
): Promise<Checked<Authentic, Answer>> => {
  const soap = parseSoap(message.xml, { action, path: exchange.endpoint, seenMessageIds: dmp.seenMessageIds });
  if (!soap.ok) return bad(faulty(soap.problem));
  const { messageId } = soap.value;
  const vihf = await checkVihf(soap.value.assertion, {
    xml: message.xml,
    trust: dmp.trust,
    now: dmp.clock(),
    clientStructure: exchange.clientStructure,
    ejOf: dmp.ejOf,
    ...(dmp.vihfVersion === undefined ? {} : { version: dmp.vihfVersion }),
    seenAssertionIds: dmp.seenAssertionIds,
  });
  if (!vihf.ok) return bad(faulty(vihf.problem, messageId));
  if (exchange.behaviour?.kind === 'fault') {
    const reason = 'fault on demand';
    const fault = {
      kind: 'fault',
      code: exchange.behaviour.code,
      subcode: 'dmp:OnDemand',
      detail: 'OnDemand',
      reason,
    } as const;
    return bad(faulty(fault, messageId));
  }
  return good({ ...message, soap: soap.value, vihf: vihf.value });
};

const disturbance = ({ behaviour, endpoint }: Exchange): RegistryError | undefined => {
  if (behaviour?.kind === 'refuse') return { code: behaviour.code, context: 'refused on demand' };
  if (behaviour?.kind !== 'busy') return undefined;
  return { code: endpoint === '/repository' ? 'XDSRepositoryBusy' : 'XDSRegistryBusy', context: 'busy on demand' };
};

const faulty = (fault: SoapFault, relatesTo?: string): Answer => ({
  status: 500,
  contentType: 'application/soap+xml; charset=UTF-8',
  body: soapFault(fault, relatesTo),
  line: {
    verdict: 'fault',
    codes: [fault.detail],
    contexts: [fault.reason],
    ...(relatesTo === undefined ? {} : { messageId: relatesTo }),
  },
});

/** The DMP answers ITI-41 in MTOM packaging too, as its published answer shows. */
const packaged = (envelope: string): { contentType: string; body: string } => {
  const boundary = `uuid:${randomUUID()}`;
  return {
    contentType:
      `multipart/related; type="application/xop+xml"; boundary="${boundary}"; ` +
      `start="<root.message@dmp.sandbox.test>"; start-info="application/soap+xml"`,
    body:
      `--${boundary}\r\nContent-Type: application/xop+xml; charset=UTF-8; type="application/soap+xml"\r\n` +
      `Content-Transfer-Encoding: binary\r\nContent-ID: <root.message@dmp.sandbox.test>\r\n\r\n` +
      `${envelope}\r\n--${boundary}--\r\n`,
  };
};
