import type { Requestor } from '../association/requestor.js';
import type { PeerFailure, Result } from '../peer-failure.js';
import type { DimseMessage } from './message-assembler.js';

export interface Answer {
  readonly status: number;
  readonly message: DimseMessage;
}

/** The next response to one of our requests; anything else the peer sends ends the association as malformed. */
export async function answerTo(
  association: Requestor,
  messageId: number,
  field: number,
  limit: number,
  signal?: AbortSignal,
): Promise<Result<Answer>> {
  const message = await association.receiveMessage(limit, signal);
  return message.ok ? readAnswer(association, message.value, messageId, field) : message;
}

export function readAnswer(
  association: Requestor,
  message: DimseMessage,
  messageId: number,
  field: number,
): Result<Answer> {
  const { command } = message;
  if (command.field !== field || command.respondedTo !== messageId || command.status === undefined) {
    const failure: PeerFailure = { kind: 'malformed', detail: 'message that answers no request of ours' };
    association.abort(failure);
    return { ok: false, failure };
  }
  return { ok: true, value: { status: command.status, message } };
}
