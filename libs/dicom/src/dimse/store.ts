import type { Requestor } from '../association/requestor.js';
import { Tag } from '../dataset/tags.js';
import { failed, type Result, success } from '../peer-failure.js';
import { CommandField, encodeCommand } from './command-set.js';
import { answerTo } from './responses.js';
import { isStoreWarning, Status, statusText } from './status.js';

/** One object to send. */
export interface StoreObject {
  readonly sopClass: string;
  readonly sopInstance: string;
  /** Of `dataset` as it is: a context for this class and this syntax must have been accepted. */
  readonly transferSyntax: string;
  /** No preamble, no file meta. Chunks of any size, read as the peer takes them, and not to be written again before the end. */
  readonly dataset: Buffer | AsyncIterable<Buffer>;
  /** The C-MOVE it is a sub-operation of. */
  readonly moveOriginator?: { readonly ae: string; readonly messageId: number };
  readonly signal?: AbortSignal;
}

export interface StoreAnswer {
  readonly status: number;
  /** Stored, with something to say: elements coerced or discarded, data set not of its class (B000, B006, B007…). */
  readonly warning: boolean;
}

/** @internal C-STORE on an open association (PS3.7 §9.1.1). */
export async function runStore(association: Requestor, object: StoreObject): Promise<Result<StoreAnswer>> {
  const { sopClass, sopInstance, transferSyntax, moveOriginator, signal } = object;
  const context = association.contextFor(sopClass, transferSyntax);
  if (!context) return failed('refused', 'no presentation context accepted for this class and syntax');
  if (signal?.aborted) return failed('cancelled', 'cancelled');
  const id = association.nextMessageId();
  const command = encodeCommand(
    {
      [Tag.AffectedSOPClassUID]: sopClass,
      [Tag.CommandField]: CommandField.StoreRequest,
      [Tag.MessageID]: id,
      [Tag.Priority]: 0,
      [Tag.AffectedSOPInstanceUID]: sopInstance,
      [Tag.MoveOriginatorApplicationEntityTitle]: moveOriginator?.ae,
      [Tag.MoveOriginatorMessageID]: moveOriginator?.messageId,
    },
    true,
  );
  const stop = (): void => association.abort({ kind: 'cancelled', detail: 'cancelled' });
  signal?.addEventListener('abort', stop);
  try {
    const sent = await association.sendObject(context.id, command, chunksOf(object.dataset));
    if (!sent && association.isOpen) association.abort({ kind: 'timeout', detail: 'object not taken in time' });
  } catch (error) {
    // Half a data set has left: nothing else can follow it.
    association.abort({ kind: 'cancelled', detail: 'the data set could not be read' });
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
  const answer = await answerTo(association, id, CommandField.StoreResponse, association.timers.answer, signal);
  if (!answer.ok) return answer;
  const { status } = answer.value;
  const warning = isStoreWarning(status);
  return warning || status === Status.Success
    ? success({ status, warning })
    : failed('refused', statusText(status), status);
}

async function* chunksOf(dataset: Buffer | AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  if (Buffer.isBuffer(dataset)) yield dataset;
  else yield* dataset;
}
