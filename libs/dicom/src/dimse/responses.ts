import type { Association } from '../association/association.js';
import type { PeerFailure, Result } from '../peer-failure.js';
import type { DimseMessage } from './message-assembler.js';

export interface Answer {
  readonly status: number;
  readonly message: DimseMessage;
}

/** The next response to one of our requests; anything else the peer sends ends the association as malformed. */
export async function answerTo(
  association: Association,
  messageId: number,
  field: number,
  limit: number,
  signal?: AbortSignal,
): Promise<Result<Answer>> {
  const message = await association.receiveMessage(limit, signal);
  if (!message.ok) return message;
  const { command } = message.value;
  if (command.field !== field || command.respondedTo !== messageId || command.status === undefined) {
    const failure: PeerFailure = { kind: 'malformed', detail: 'message that answers no request of ours' };
    association.abort(failure);
    return { ok: false, failure };
  }
  return { ok: true, value: { status: command.status, message: message.value } };
}
