import type { Message } from '../message/parse.js';
import type { Segment } from '../message/segment.js';
import { classifyMessage } from './classify-message.js';
import { checkEnvelope } from './envelope.js';
import { findDocument, readDocument } from './document.js';
import { readFlags } from './flags.js';
import { optional } from './optional.js';
import { readPatient, type PidPatient } from './patient.js';
import { problem, refused, type MessageProblem, type Read, type Warning } from './problem.js';
import { readSender, type Sender } from './sender.js';
import { IMAGING_TYPES, OPERATIONS, type ReportOperation, type VisibilityFlags } from './vocabulary.js';

export interface ReportOptions {
  /** Refuse MSH-12 other than 2.5 (ORU) and 2.6 (MDM), true by default; else it is a warning. */
  readonly strictVersion?: boolean;
  /** Accept base64 whose only fault is its padding, true by default. */
  readonly tolerateBase64Padding?: boolean;
  /** A mandatory MetaDMPMSS flag that is absent counts as N (default) or refuses the message. */
  readonly missingFlag?: 'is-no' | 'refuse';
  /** OBX-3.1 / OBR-4.1 codes of imaging reports. */
  readonly imagingTypes?: ReadonlySet<string>;
}

/** A report as the message carries it; the document is still to be read. */
export interface ReportMessage {
  readonly type: 'ORU' | 'MDM';
  readonly event: string;
  readonly operation: ReportOperation;
  /** MSH-3.1, MSH-4.1, MSH-10, MSH-7 as sent. */
  readonly application: string;
  readonly facility: string;
  readonly controlId: string;
  readonly messageTime: string;
  readonly processingId: 'P' | 'T' | 'D';
  /** OBX-3: type of the document. */
  readonly documentType: { readonly code: string; readonly display: string; readonly system: string };
  readonly isImaging: boolean;
  readonly document: Buffer;
  readonly paddingRepaired: boolean;
  /** TXA-12 and TXA-13 (MDM): the CDA is the reference, real messages differ (interop §1.4). */
  readonly documentId?: string;
  readonly replacedId?: string;
  readonly patient: PidPatient;
  /** PV1-2. */
  readonly patientClass?: string;
  readonly sender?: Sender;
  readonly flags: VisibilityFlags;
  readonly warnings: readonly Warning[];
}

/**
 * Reads a report sent by a RIS: ORU^R01 (2.5) or MDM^T02/T10/T04 (2.6) of the volet "Transmission de document(s) CDA-R2" (interop §1).
 * Decides only: no clock, no input, no output. The first fault found is the one returned.
 */
export function readReportMessage(message: Message, options: ReportOptions = {}): Read<ReportMessage> {
  const kind = classifyMessage(message);
  if (kind.kind === 'unsupported') return refused(kind.problem);
  if (kind.kind !== 'report') {
    return refused(
      problem('unsupported-type', '200', 'not a report: ORU or MDM expected', { segment: 'MSH', field: 9 }),
    );
  }
  const warnings: Warning[] = [];
  const fault = checkEnvelope(message, kind.type, options.strictVersion ?? true, warnings);
  if (fault) return refused(fault);

  const found = findDocument(message);
  if (!found.ok) return found;
  const { obx, participations } = found.value;
  const operation = readOperation(message, kind, obx);
  if (typeof operation !== 'string') return refused(operation);

  const flags = readFlags(message, options.missingFlag ?? 'is-no', warnings);
  if (!flags.ok) return flags;
  const document = readDocument(obx, options.tolerateBase64Padding ?? true, warnings);
  if (!document.ok) return document;

  const sender = readSender(participations);
  if (!sender) {
    warnings.push({ kind: 'missing-sender', location: { segment: 'PRT' }, detail: 'no PRT of the sender (SB)' });
  }
  const imagingTypes = options.imagingTypes ?? IMAGING_TYPES;
  return {
    ok: true,
    value: {
      type: kind.type,
      event: kind.event,
      operation,
      application: message.text('MSH', 3),
      facility: message.text('MSH', 4),
      controlId: message.text('MSH', 10),
      messageTime: message.text('MSH', 7),
      processingId: message.text('MSH', 11) as ReportMessage['processingId'],
      documentType: { code: obx.text(3, 1), display: obx.text(3, 2), system: obx.text(3, 3) },
      isImaging: imagingTypes.has(obx.text(3, 1)) || imagingTypes.has(message.text('OBR', 4, 1)),
      ...document.value,
      ...documentIds(message, kind.type, warnings),
      patient: readPatient(message.first('PID')),
      ...optional('patientClass', message.text('PV1', 2)),
      ...(sender ? { sender } : {}),
      flags: flags.value,
      warnings,
    },
  };
}

/** Event, ORC-1 and OBX-11 must say the same; an incoherent message is rejected (interop §1.1). */
function readOperation(
  message: Message,
  kind: { readonly type: 'ORU' | 'MDM'; readonly event: string },
  obx: Segment,
): ReportOperation | MessageProblem {
  const orderControl = message.text('ORC', 1);
  const resultStatus = obx.text(11);
  const known = OPERATIONS.find((line) => line.orderControl === orderControl);
  if (!known) {
    return problem('forbidden-value', '103', 'ORC-1 accepted: NW, RO, CA', { segment: 'ORC', field: 1 });
  }
  const at = { segment: 'OBX', sequence: obx.sequence, field: 11 };
  if (!OPERATIONS.some((line) => line.resultStatus === resultStatus)) {
    return problem('forbidden-value', '103', 'OBX-11 of the document accepted: F, C, D', at);
  }
  if (known.resultStatus !== resultStatus) {
    const detail = `ORC-1 ${known.orderControl} goes with OBX-11 ${known.resultStatus}`;
    return problem('incoherent-intent', '199', detail, at);
  }
  if (kind.type === 'MDM' && known.mdmEvent !== kind.event) {
    const detail = `ORC-1 ${known.orderControl} goes with event ${known.mdmEvent}`;
    return problem('incoherent-intent', '199', detail, { segment: 'MSH', field: 9, component: 2 });
  }
  return known.operation;
}

function documentIds(
  message: Message,
  type: 'ORU' | 'MDM',
  warnings: Warning[],
): Pick<ReportMessage, 'documentId' | 'replacedId'> {
  if (type === 'ORU') return {};
  const documentId = message.text('TXA', 12);
  if (documentId === '') {
    warnings.push({
      kind: 'missing-document-id',
      location: { segment: 'TXA', field: 12 },
      detail: 'TXA-12 is empty: the id of the CDA is used',
    });
  }
  return { ...optional('documentId', documentId), ...optional('replacedId', message.text('TXA', 13)) };
}
