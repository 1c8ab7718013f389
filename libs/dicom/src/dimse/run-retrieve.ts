import type { Requestor } from '../association/requestor.js';
import type { RequestedContext } from '../association/peer.js';
import { DatasetError } from '../dataset/dataset-error.js';
import { readDataset } from '../dataset/read-dataset.js';
import { Tag } from '../dataset/tags.js';
import { writeDataset } from '../dataset/write-dataset.js';
import { MAX_CONTEXTS } from '../pdu/pdu-limits.js';
import { failed, type PeerFailure, type Result, success } from '../peer-failure.js';
import type { StoreHandler } from '../scp/store-handler.js';
import { isUid, SopClass, TransferSyntax } from '../uids.js';
import { CommandField, encodeCommand } from './command-set.js';
import type { DimseMessage } from './message-assembler.js';
import { readAnswer } from './responses.js';
import type { MoveQuery, RetrieveAnswer, RetrieveQuery, SubOperations } from './retrieve.js';
import { isPending, Status, statusText } from './status.js';

const IDENTIFIER_SYNTAXES = [TransferSyntax.ExplicitLittleEndian, TransferSyntax.ImplicitLittleEndian] as const;

export const MOVE_CONTEXT = {
  abstractSyntax: SopClass.StudyRootMove,
  transferSyntaxes: IDENTIFIER_SYNTAXES,
} as const satisfies RequestedContext;

/** One context is enough for the identifier: every other one is for objects. */
const GET_CONTEXT = {
  abstractSyntax: SopClass.StudyRootGet,
  transferSyntaxes: [TransferSyntax.ImplicitLittleEndian],
} as const satisfies RequestedContext;

/**
 * Contexts of a C-GET: one for each class and transfer syntax, in which the peer sends. An association holds 128
 * contexts (PS3.8 §9.3.2.2): every class gets the first syntax, then as many as there is room for get the second, and so
 * on; so name the classes that are expected, the likeliest first. RangeError when not even the first syntax fits.
 */
export function getContexts(sopClasses: readonly string[], transferSyntaxes: readonly string[]): RequestedContext[] {
  const room = MAX_CONTEXTS - 1;
  if (sopClasses.length > room) throw new RangeError(`${sopClasses.length} SOP classes, ${room} can be proposed`);
  const pairs = transferSyntaxes.flatMap((syntax) => sopClasses.map((sopClass) => ({ sopClass, syntax })));
  const chosen = pairs.slice(0, room);
  const objects = sopClasses.map((abstractSyntax): RequestedContext => ({
    abstractSyntax,
    transferSyntaxes: chosen.filter(({ sopClass }) => sopClass === abstractSyntax).map(({ syntax }) => syntax),
    role: 'scp',
  }));
  return [GET_CONTEXT, ...objects];
}

interface Operation {
  readonly sopClass: string;
  readonly request: number;
  readonly response: number;
  readonly destination?: string;
  /** `performance.now()` of the last sign of life that is no response. */
  readonly lastSign: () => number;
}

const NO_SIGN = (): number => -Infinity;

/** @internal */
export const runMove = (association: Requestor, query: MoveQuery): Promise<Result<RetrieveAnswer>> =>
  retrieve(association, query, {
    sopClass: SopClass.StudyRootMove,
    request: CommandField.MoveRequest,
    response: CommandField.MoveResponse,
    destination: query.destination,
    lastSign: query.lastSign ?? NO_SIGN,
  });

/** @internal Objects and responses share the connection: any byte is a sign of life. */
export const runGet = (
  association: Requestor,
  query: RetrieveQuery,
  store: StoreHandler,
): Promise<Result<RetrieveAnswer>> =>
  association.receiving(store, () =>
    retrieve(association, query, {
      sopClass: SopClass.StudyRootGet,
      request: CommandField.GetRequest,
      response: CommandField.GetResponse,
      lastSign: () => Math.max(association.lastSign, query.lastSign?.() ?? -Infinity),
    }),
  );

/** PS3.7 §9.1.3, §9.1.4. */
async function retrieve(
  association: Requestor,
  query: RetrieveQuery,
  operation: Operation,
): Promise<Result<RetrieveAnswer>> {
  const { sopClass, request, destination } = operation;
  const context = association.contextFor(sopClass);
  if (!context) return failed('refused', 'no presentation context accepted for this retrieval');
  const identifier = writeDataset({ ...query.keys, [Tag.QueryRetrieveLevel]: query.level }, context.transferSyntax);
  const id = query.messageId ?? association.nextMessageId();
  const command = {
    [Tag.AffectedSOPClassUID]: sopClass,
    [Tag.CommandField]: request,
    [Tag.MessageID]: id,
    [Tag.MoveDestination]: destination,
    [Tag.Priority]: 0,
  };
  association.sendMessage(context.id, encodeCommand(command, true), identifier);

  for (;;) {
    const message = await nextResponse(association, query, operation, id, context.id);
    if (!message.ok) return message;
    const answer = readAnswer(association, message.value, id, operation.response);
    if (!answer.ok) return answer;
    const counts = countsOf(message.value);
    if (!isPending(answer.value.status)) {
      return outcome(answer.value.status, counts, message.value, context.transferSyntax);
    }
    query.onProgress?.(counts);
  }
}

/** The next response, however long objects take; on abort of the signal, C-CANCEL and what comes of it. */
async function nextResponse(
  association: Requestor,
  query: RetrieveQuery,
  operation: Operation,
  id: number,
  contextId: number,
): Promise<Result<DimseMessage>> {
  const silence = query.silence ?? association.timers.answer;
  let since = performance.now();
  for (;;) {
    const left = since + silence - performance.now();
    const message = await association.nextMessage(Math.max(left, 0), query.signal);
    if (message.ok) return message;
    if (message.failure.kind === 'cancelled' && association.isOpen)
      return cancel(association, id, contextId, operation.response);
    if (message.failure.kind !== 'timeout') return message;
    const last = operation.lastSign();
    if (last <= since) {
      const failure: PeerFailure = { kind: 'timeout', detail: `no sign of the peer for ${silence} ms` };
      association.abort(failure);
      return { ok: false, failure };
    }
    since = last;
  }
}

/** C-CANCEL (PS3.7 §9.3.3.3, §9.3.4.3), then the final response within the `release` timer, else A-ABORT. */
async function cancel(
  association: Requestor,
  id: number,
  contextId: number,
  response: number,
): Promise<Result<DimseMessage>> {
  const command = { [Tag.CommandField]: CommandField.CancelRequest, [Tag.MessageIDBeingRespondedTo]: id };
  association.sendMessage(contextId, encodeCommand(command, false));
  const until = performance.now() + association.timers.release;
  for (;;) {
    const message = await association.nextMessage(Math.max(until - performance.now(), 0));
    if (!message.ok) {
      const failure: PeerFailure = { kind: 'cancelled', detail: 'cancelled, and the peer did not confirm it' };
      association.abort(failure);
      return { ok: false, failure };
    }
    const answer = readAnswer(association, message.value, id, response);
    if (!answer.ok) return answer;
    if (!isPending(answer.value.status)) return message;
  }
}

function countsOf({ command: { elements } }: DimseMessage): SubOperations {
  const remaining = elements.getInt(Tag.NumberOfRemainingSuboperations);
  return {
    ...(remaining === undefined ? {} : { remaining }),
    completed: elements.getInt(Tag.NumberOfCompletedSuboperations) ?? 0,
    failed: elements.getInt(Tag.NumberOfFailedSuboperations) ?? 0,
    warning: elements.getInt(Tag.NumberOfWarningSuboperations) ?? 0,
  };
}

function outcome(
  status: number,
  counts: SubOperations,
  message: DimseMessage,
  transferSyntax: string,
): Result<RetrieveAnswer> {
  if (status === Status.Cancel) return failed('cancelled', statusText(status), status);
  if (status !== Status.Success && status !== Status.SubOperationsFailed) {
    return failed('refused', statusText(status), status);
  }
  return success({ ...counts, status, failedInstances: failedInstances(message.dataset, transferSyntax) });
}

/** (0008,0058); a list that cannot be read is none: the counts say what matters. */
function failedInstances(dataset: Buffer | undefined, transferSyntax: string): readonly string[] {
  if (!dataset) return [];
  try {
    return readDataset(dataset, { transferSyntax, maxElements: 100 })
      .getStrings(Tag.FailedSOPInstanceUIDList)
      .filter(isUid);
  } catch (error) {
    if (error instanceof DatasetError) return [];
    throw error;
  }
}
