import type { Requestor } from '../association/requestor.js';
import { Tag } from '../dataset/tags.js';
import { failed, type Result, success } from '../peer-failure.js';
import { SopClass, TransferSyntax } from '../uids.js';
import { CommandField, encodeCommand } from './command-set.js';
import { answerTo } from './responses.js';
import { Status, statusText } from './status.js';

export interface EchoOptions {
  readonly signal?: AbortSignal;
}

export const ECHO_CONTEXT = {
  abstractSyntax: SopClass.Verification,
  transferSyntaxes: [TransferSyntax.ImplicitLittleEndian],
} as const;

/** @internal C-ECHO on an open association (PS3.7 §9.1.5). */
export async function runEcho(association: Requestor, { signal }: EchoOptions): Promise<Result<void>> {
  const context = association.contextFor(SopClass.Verification);
  if (!context) return failed('refused', 'no presentation context accepted for Verification');
  const id = association.nextMessageId();
  const command = {
    [Tag.AffectedSOPClassUID]: SopClass.Verification,
    [Tag.CommandField]: CommandField.EchoRequest,
    [Tag.MessageID]: id,
  };
  association.sendMessage(context.id, encodeCommand(command, false));
  const answer = await answerTo(association, id, CommandField.EchoResponse, association.timers.answer, signal);
  if (!answer.ok) return answer;
  const { status } = answer.value;
  return status === Status.Success ? success(undefined) : failed('refused', statusText(status), status);
}
