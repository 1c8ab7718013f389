import type { Message } from '../message/parse.js';
import type { Segment } from '../message/segment.js';
import { decodeBase64 } from './base64.js';
import { problem, refused, type Read, type Warning } from './problem.js';
import { META_DMP_MSS } from './vocabulary.js';

/** OBX-2 of an encapsulated document. */
const ENCAPSULATED = 'ED';

/** The document OBX and the PRT that follow it, up to the next OBX. */
export interface DocumentSegments {
  readonly obx: Segment;
  readonly participations: readonly Segment[];
}

/** Finds the one document of a report message: the ED OBX that is no MetaDMPMSS metadata (mail bodies are ED too). */
export function findDocument(message: Message): Read<DocumentSegments> {
  const documents = message.segments.filter(
    (segment) => segment.name === 'OBX' && segment.text(2) === ENCAPSULATED && segment.text(3, 3) !== META_DMP_MSS,
  );
  const [obx, second] = documents;
  if (!obx) return refused(problem('no-document', '101', 'no OBX of type ED holds a document', { segment: 'OBX' }));
  if (second) {
    // Legal in the volet (the same report in two levels), left out of Ségur vague 2 (interop §1.2).
    const at = { segment: 'OBX', sequence: second.sequence };
    return refused(problem('several-documents', '198', 'one document per message', at));
  }
  const participations: Segment[] = [];
  for (const segment of message.segments.slice(message.segments.indexOf(obx) + 1)) {
    if (segment.name === 'OBX') break;
    if (segment.name === 'PRT') participations.push(segment);
  }
  return { ok: true, value: { obx, participations } };
}

/** OBX-5 `^TEXT^XML^Base64^<data>`: component 4 the encoding, 5 the data (ED, HL7 v2.5 §2.A.24; interop §1.2). */
export function readDocument(
  obx: Segment,
  tolerateWrongPadding: boolean,
  warnings: Warning[],
): Read<{ document: Buffer; paddingRepaired: boolean }> {
  const at = { segment: 'OBX', sequence: obx.sequence, field: 5 };
  const [value, more] = obx.repetitions(5);
  if (!value) return refused(problem('no-document', '101', 'OBX-5 is empty', at));
  if (more) return refused(problem('damaged-document', '198', 'OBX-5 is repeated', at));
  if (value.text(4).toLowerCase() !== 'base64') {
    const encoding = { ...at, repetition: 1, component: 4 };
    return refused(problem('forbidden-value', '103', 'OBX-5.4: Base64 expected', encoding));
  }
  const decoded = decodeBase64(value.bytes(5), tolerateWrongPadding);
  if (!decoded.ok) {
    const kind = decoded.wrong === 'empty' ? 'no-document' : 'damaged-document';
    return refused(problem(kind, kind === 'no-document' ? '101' : '102', `base64 of OBX-5.5: ${decoded.wrong}`, at));
  }
  if (!looksLikeXml(decoded.bytes)) {
    return refused(problem('not-a-document', '102', 'OBX-5.5 does not hold an XML document', at));
  }
  if (decoded.paddingRepaired) {
    warnings.push({ kind: 'padding-repaired', location: at, detail: 'base64 padding of OBX-5.5 is wrong' });
  }
  return { ok: true, value: { document: decoded.bytes, paddingRepaired: decoded.paddingRepaired } };
}

/** First character after a byte order mark and white space; the real judgement belongs to the XML parser. */
function looksLikeXml(bytes: Buffer): boolean {
  const head = bytes.toString('latin1', 0, 256).replace(/^(?:\u00ef\u00bb\u00bf|\u00ff\u00fe|\u00fe\u00ff)/, '');
  return /^[\s\0]*</.test(head);
}
