import type { Requestor } from '../association/requestor.js';
import type { AcceptedContext } from '../association/peer.js';
import { DatasetError } from '../dataset/dataset-error.js';
import type { Dataset } from '../dataset/dataset.js';
import { readDataset } from '../dataset/read-dataset.js';
import { Tag } from '../dataset/tags.js';
import { type Attributes, writeDataset } from '../dataset/write-dataset.js';
import { failed, type PeerFailure, type Result, success } from '../peer-failure.js';
import { SopClass, TransferSyntax } from '../uids.js';
import { CommandField, encodeCommand } from './command-set.js';
import { answerTo } from './responses.js';
import { isPending, Status, statusText } from './status.js';

export interface FindQuery {
  readonly level: 'STUDY' | 'SERIES' | 'IMAGE';
  /** Keys to match (a value) and to return (`''`); non-ASCII text needs a (0008,0005) key. */
  readonly keys: Attributes;
  /** Bounds: past one the query is cancelled and fails with `limit`. Defaults: 20 000 answers, 32 MiB of data sets. */
  readonly maxAnswers?: number;
  readonly maxBytes?: number;
  /** An answer whose character set is unknown: its text with U+FFFD (default, UIDs stay right), or a `malformed` failure. */
  readonly unknownCharset?: 'fail' | 'replace';
  /** Charset of answers that name none; ISO_IR 6 unless set. */
  readonly assumedCharset?: string;
  readonly signal?: AbortSignal;
}

const MAX_ANSWERS = 20_000;
const MAX_BYTES = 32 * 1024 * 1024;

/** Explicit first, as an answer then says its own VRs. */
export const FIND_CONTEXT = {
  abstractSyntax: SopClass.StudyRootFind,
  transferSyntaxes: [TransferSyntax.ExplicitLittleEndian, TransferSyntax.ImplicitLittleEndian],
} as const;

/** @internal C-FIND on an open association (PS3.4 §C.4.1, PS3.7 §9.1.2). Throws DatasetError on keys that cannot be written. */
export async function runFind(association: Requestor, query: FindQuery): Promise<Result<readonly Dataset[]>> {
  const context = association.contextFor(SopClass.StudyRootFind);
  if (!context) return failed('refused', 'no presentation context accepted for Study Root FIND');
  const identifier = writeDataset({ ...query.keys, [Tag.QueryRetrieveLevel]: query.level }, context.transferSyntax);
  const id = association.nextMessageId();
  const command = {
    [Tag.AffectedSOPClassUID]: SopClass.StudyRootFind,
    [Tag.CommandField]: CommandField.FindRequest,
    [Tag.MessageID]: id,
    [Tag.Priority]: 0,
  };
  association.sendMessage(context.id, encodeCommand(command, true), identifier);

  const found: Dataset[] = [];
  let bytes = 0;
  for (;;) {
    const answer = await answerTo(association, id, CommandField.FindResponse, association.timers.answer, query.signal);
    if (!answer.ok) return answer;
    const { status, message } = answer.value;
    if (!isPending(status)) return outcome(status, found);
    bytes += message.dataset?.length ?? 0;
    if (found.length === (query.maxAnswers ?? MAX_ANSWERS)) return cancel(association, context, id, 'too many answers');
    if (bytes > (query.maxBytes ?? MAX_BYTES)) return cancel(association, context, id, 'answers too large');
    const dataset = message.dataset && readAnswer(message.dataset, context.transferSyntax, query);
    if (!dataset?.ok) {
      const failure = dataset?.failure ?? { kind: 'malformed', detail: 'pending answer without a data set' };
      association.abort(failure);
      return { ok: false, failure };
    }
    found.push(dataset.value);
  }
}

function outcome(status: number, found: readonly Dataset[]): Result<readonly Dataset[]> {
  if (status === Status.Success) return success(found);
  if (status === Status.Cancel) return failed('cancelled', statusText(status), status);
  return failed('refused', statusText(status), status);
}

function readAnswer(bytes: Buffer, transferSyntax: string, query: FindQuery): Result<Dataset> {
  try {
    const { unknownCharset = 'replace', assumedCharset } = query;
    const charset = assumedCharset === undefined ? { unknownCharset } : { unknownCharset, assumedCharset };
    return success(readDataset(bytes, { transferSyntax, maxElements: 20_000, ...charset }));
  } catch (error) {
    if (error instanceof DatasetError) return failed('malformed', `answer ${error.message}`);
    throw error;
  }
}

/** C-CANCEL (PS3.7 §9.3.2.3), then the answers still under way are dropped so that the association stays of use. */
async function cancel(
  association: Requestor,
  context: AcceptedContext,
  id: number,
  detail: string,
): Promise<Result<readonly Dataset[]>> {
  const failure: PeerFailure = { kind: 'limit', detail };
  const command = { [Tag.CommandField]: CommandField.CancelRequest, [Tag.MessageIDBeingRespondedTo]: id };
  association.sendMessage(context.id, encodeCommand(command, false));
  const until = Date.now() + association.timers.release;
  for (;;) {
    const left = until - Date.now();
    if (left <= 0) {
      association.abort(failure);
      break;
    }
    const answer = await answerTo(association, id, CommandField.FindResponse, left);
    if (!answer.ok || !isPending(answer.value.status)) break;
  }
  return { ok: false, failure };
}
