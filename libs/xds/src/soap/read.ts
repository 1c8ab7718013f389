import { childNamed, parseXml, type ParsedElement, type ParseProblem } from '../xml/parse.js';
import { ADDRESSING, SOAP } from './envelope.js';
import { parseContentType, parseMultipart, rootPart } from './multipart.js';

/** A SOAP 1.2 fault. `reason` may quote the message, so it goes to no log. */
export interface SoapFault {
  /** `Sender`, `Receiver`, `MustUnderstand`…, without prefix. */
  readonly code: string;
  /** Subcodes from the outermost on, without prefix. */
  readonly subcodes: readonly string[];
  readonly reason: string;
}

export type UnreadableReason = ParseProblem | 'not-soap' | 'broken-multipart' | 'other-message';

export type SoapAnswer =
  | { kind: 'body'; content: ParsedElement }
  | { kind: 'fault'; fault: SoapFault }
  | { kind: 'unreadable'; reason: UnreadableReason };

const SOAP_TYPES = ['application/soap+xml', 'application/xop+xml', 'text/xml', 'application/xml'];
const MAX_REASON = 2000;
const MAX_SUBCODES = 10;
const MAX_CODE = 100;

const unreadable = (reason: UnreadableReason): SoapAnswer => ({ kind: 'unreadable', reason });
const localName = (value: string): string => value.trim().replace(/^.*:/, '').slice(0, MAX_CODE);

function readFault(fault: ParsedElement): SoapFault {
  const code = childNamed(fault, SOAP, 'Code');
  const subcodes: string[] = [];
  for (
    let at = code && childNamed(code, SOAP, 'Subcode');
    at !== undefined && subcodes.length < MAX_SUBCODES;
    at = childNamed(at, SOAP, 'Subcode')
  )
    subcodes.push(localName(childNamed(at, SOAP, 'Value')?.text ?? ''));
  const reason = childNamed(fault, SOAP, 'Reason');
  return {
    code: localName((code && childNamed(code, SOAP, 'Value')?.text) ?? ''),
    subcodes,
    reason: ((reason && childNamed(reason, SOAP, 'Text')?.text) ?? '').trim().slice(0, MAX_REASON),
  };
}

function envelopeBytes(contentType: string, body: Buffer): Buffer | UnreadableReason {
  const { type, parameters } = parseContentType(contentType);
  if (SOAP_TYPES.includes(type)) return body;
  if (type !== 'multipart/related') return 'not-soap';
  const parts = parseMultipart(body, parameters.get('boundary') ?? '');
  const root = parts && rootPart(parts, parameters.get('start'));
  if (!root) return 'broken-multipart';
  const encoding = root.headers.get('content-transfer-encoding')?.toLowerCase() ?? 'binary';
  return ['binary', '8bit', '7bit'].includes(encoding) ? root.bytes : 'broken-multipart';
}

/**
 * Read the answer to the message `messageId`, plain or multipart. Never throws on what comes from outside;
 * the caller bounds the size of `body`.
 */
export function readSoapAnswer(contentType: string, body: Buffer, messageId: string): SoapAnswer {
  const bytes = envelopeBytes(contentType, body);
  if (typeof bytes === 'string') return unreadable(bytes);
  const parsed = parseXml(bytes);
  if (!parsed.ok) return unreadable(parsed.problem);
  const { root } = parsed;
  if (root.namespace !== SOAP || root.name !== 'Envelope') return unreadable('not-soap');

  const header = childNamed(root, SOAP, 'Header');
  const relatesTo = header && childNamed(header, ADDRESSING, 'RelatesTo')?.text.trim();
  if (relatesTo && relatesTo !== messageId) return unreadable('other-message');

  const content = childNamed(root, SOAP, 'Body')?.children[0];
  if (!content) return unreadable('not-soap');
  return content.namespace === SOAP && content.name === 'Fault'
    ? { kind: 'fault', fault: readFault(content) }
    : { kind: 'body', content };
}
