import { Tag } from '../dataset/tags.js';
import { type Command, encodeCommand } from '../dimse/command-set.js';
import { isUid } from '../uids.js';

/** A response without data set to any request: its command field with the high bit set (PS3.7 Annex E). */
export function answerStatus({ field, messageId, elements }: Command, status: number): Buffer {
  const sopClass = elements.getString(Tag.AffectedSOPClassUID) ?? elements.getString(Tag.RequestedSOPClassUID);
  return encodeCommand(
    {
      [Tag.AffectedSOPClassUID]: sopClass !== undefined && isUid(sopClass) ? sopClass : undefined,
      [Tag.CommandField]: field | 0x8000,
      [Tag.MessageIDBeingRespondedTo]: messageId,
      [Tag.Status]: status,
    },
    false,
  );
}
