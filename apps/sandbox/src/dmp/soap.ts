import { randomUUID } from 'node:crypto';
import { ACTION, NS } from './dmp-rules.js';
import type { Memory } from './memory.js';
import { bad, good, senderFault } from './verdict.js';
import type { Checked, RegistryError, SoapFault } from './verdict.js';
import { childrenOf, descendants, escapeXml, is, onlyChild, parseXml } from './xml.js';
import type { Element } from './xml.js';

export interface SoapMessage {
  readonly messageId: string;
  /** One of those expected. */
  readonly action: string;
  /** The one SAML assertion of wsse:Security. */
  readonly assertion: Element;
  /** The one element of the Body. */
  readonly payload: Element;
}

export interface Expected {
  /** What the endpoint does. */
  readonly actions: readonly string[];
  /** Path of the endpoint, which wsa:To must lead to. */
  readonly path: string;
  readonly seenMessageIds: Memory;
}

const UUID_URN = /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Reads a SOAP 1.2 envelope with its WS-Addressing and WS-Security headers (interop §6.2). */
export const parseSoap = (xml: Buffer, expected: Expected): Checked<SoapMessage, SoapFault> => {
  const parsed = parseXml(xml);
  if (!parsed.ok) return bad(senderFault('XmlRefused', parsed.reason, 'dmp:Malformed'));
  const envelope = parsed.root;
  const header = onlyChild(envelope, NS.soap, 'Header');
  const body = onlyChild(envelope, NS.soap, 'Body');
  if (!is(envelope, NS.soap, 'Envelope') || header === undefined || body === undefined || body.children.length !== 1)
    return bad(
      senderFault('NotSoap12', 'not a SOAP 1.2 envelope with one Header and one Body element', 'dmp:Malformed'),
    );
  const addressing = checkAddressing(header, expected);
  if (!addressing.ok) return addressing;
  const assertion = findAssertion(envelope, header);
  if (!assertion.ok) return assertion;
  return good({ ...addressing.value, assertion: assertion.value, payload: body.children[0]! });
};

const wrongAddressing = (detail: string, reason: string): Checked<never, SoapFault> =>
  bad(senderFault(detail, reason, 'wsa:InvalidAddressingHeader'));

const checkAddressing = (
  header: Element,
  expected: Expected,
): Checked<Pick<SoapMessage, 'messageId' | 'action'>, SoapFault> => {
  const messageId = onlyChild(header, NS.wsa, 'MessageID')?.text.trim();
  if (messageId === undefined || !UUID_URN.test(messageId))
    return wrongAddressing('MessageId', 'wsa:MessageID must be one urn:uuid');
  const action = onlyChild(header, NS.wsa, 'Action')?.text.trim();
  if (action === undefined || !expected.actions.includes(action))
    return bad(senderFault('Action', `wsa:Action must be ${expected.actions.join(' or ')}`, 'wsa:ActionNotSupported'));
  const to = onlyChild(header, NS.wsa, 'To')?.text.trim();
  if (to === undefined || !URL.canParse(to) || new URL(to).pathname !== expected.path)
    return wrongAddressing('To', `wsa:To must be the URL of ${expected.path}`);
  if (!expected.seenMessageIds.add(messageId))
    return wrongAddressing('MessageIdSeen', 'wsa:MessageID was already used');
  return good({ messageId, action });
};

const findAssertion = (envelope: Element, header: Element): Checked<Element, SoapFault> => {
  const security = onlyChild(header, NS.wsse, 'Security');
  const assertion = security && onlyChild(security, NS.saml, 'Assertion');
  if (assertion === undefined)
    return bad(senderFault('NoVihf', 'wsse:Security must hold exactly one SAML assertion', 'wsse:InvalidSecurity'));
  // Signature wrapping: the verifier looks for the first signature and the first ID of the whole envelope.
  const all = [...descendants(envelope)];
  const ids = all.flatMap((element) => ['ID', 'Id', 'id'].map((name) => element.attributes[name] ?? ''));
  if (
    all.filter((element) => element.name === 'Assertion').length !== 1 ||
    all.filter((element) => is(element, NS.ds, 'Signature')).length > 1 ||
    ids.filter((id) => id !== '' && id === assertion.attributes.ID).length > 1
  )
    return bad(senderFault('VihfAmbiguous', 'more than one assertion, signature or ID', 'wsse:InvalidSecurity'));
  return good(assertion);
};

/** The include of a Document: its Content-ID (XOP §2.1: a `cid:` URL, percent-decoded). */
export const includedCid = (document: Element): string | undefined => {
  const includes = childrenOf(document, NS.xop, 'Include');
  const href = includes.length === 1 ? includes[0]!.attributes.href : undefined;
  if (href?.startsWith('cid:') !== true) return undefined;
  try {
    return decodeURIComponent(href.slice('cid:'.length));
  } catch {
    return undefined;
  }
};

/** A SOAP 1.2 answer around XML that is already written. */
export const soapAnswer = (action: string, relatesTo: string | undefined, payload: string): string =>
  `<soap:Envelope xmlns:soap="${NS.soap}"><soap:Header>` +
  `<Action xmlns="${NS.wsa}">${action}</Action>` +
  `<MessageID xmlns="${NS.wsa}">urn:uuid:${randomUUID()}</MessageID>` +
  (relatesTo === undefined ? '' : `<RelatesTo xmlns="${NS.wsa}">${escapeXml(relatesTo)}</RelatesTo>`) +
  `</soap:Header><soap:Body>${payload}</soap:Body></soap:Envelope>`;

/** SOAP 1.2 Part 1 §5.4. The Detail carries the sandbox's own code. */
export const soapFault = (fault: SoapFault, relatesTo?: string): string =>
  soapAnswer(
    ACTION.fault,
    relatesTo,
    `<soap:Fault><soap:Code><soap:Value>soap:${fault.code}</soap:Value><soap:Subcode>` +
      `<soap:Value xmlns:wsse="${NS.wsse}" xmlns:wsa="${NS.wsa}" xmlns:dmp="urn:drimbox:sandbox:dmp" ` +
      `xmlns:wsu="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd">` +
      `${fault.subcode}</soap:Value></soap:Subcode></soap:Code>` +
      `<soap:Reason><soap:Text xml:lang="en">${escapeXml(fault.reason)}</soap:Text></soap:Reason>` +
      `<soap:Detail><dmp:code xmlns:dmp="urn:drimbox:sandbox:dmp">${fault.detail}</dmp:code></soap:Detail></soap:Fault>`,
  );

const RESPONSE_STATUS = 'urn:oasis:names:tc:ebxml-regrep:ResponseStatusType';
const SEVERITY_ERROR = 'urn:oasis:names:tc:ebxml-regrep:ErrorSeverityType:Error';

const errorList = (errors: readonly RegistryError[]): string =>
  `<rs:RegistryErrorList highestSeverity="${SEVERITY_ERROR}">${errors
    .map(
      ({ code, context }) =>
        `<rs:RegistryError errorCode="${code}" codeContext="${escapeXml(context)}" location="" severity="${SEVERITY_ERROR}"/>`,
    )
    .join('')}</rs:RegistryErrorList>`;

/** Success without errors, Failure with them (ebRS 3.0 §2.1). */
export const registryResponse = (errors: readonly RegistryError[] = []): string =>
  errors.length === 0
    ? `<rs:RegistryResponse xmlns:rs="${NS.rs}" status="${RESPONSE_STATUS}:Success"/>`
    : `<rs:RegistryResponse xmlns:rs="${NS.rs}" status="${RESPONSE_STATUS}:Failure">${errorList(errors)}</rs:RegistryResponse>`;

/** Answer of ITI-18: `objects` are written registry objects. */
export const queryResponse = (objects: readonly string[], errors: readonly RegistryError[] = []): string =>
  `<query:AdhocQueryResponse xmlns:query="${NS.query}" xmlns:rs="${NS.rs}" status="${RESPONSE_STATUS}:` +
  `${errors.length === 0 ? 'Success' : 'Failure'}">${errors.length === 0 ? '' : errorList(errors)}` +
  `<RegistryObjectList xmlns="${NS.rim}">${objects.join('')}</RegistryObjectList></query:AdhocQueryResponse>`;
