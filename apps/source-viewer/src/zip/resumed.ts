import { DrimError } from '@drimbox/contracts';
import type { SourceObject } from '@drimbox/images';
import { crc32 } from 'node:zlib';
import { isBroken, type OpenedInstance, pauseBeforeTry } from '../images/retrieved.js';

/**
 * The bytes of an object, to their end: where its stream breaks off, the same object is asked for again, and what follows is taken once
 * what came before has been seen to be the same. @param open it anew, from its first byte; undefined when it cannot be had.
 */
export async function* resumed(
  { head, bytes }: SourceObject,
  tries: number,
  open: () => Promise<OpenedInstance | undefined>,
): AsyncGenerator<Buffer, void> {
  let given = { length: 0, crc: 0 };
  let rest: AsyncIterable<Buffer> | undefined = bytes;
  for (let asked = 1; ; asked += 1) {
    try {
      // A door that stays closed is tried like a stream that breaks off.
      if (!rest) throw new DrimError('DRIM-308', 'it cannot be had now');
      for await (const chunk of rest) {
        given = { length: given.length + chunk.length, crc: crc32(chunk, given.crc) };
        yield chunk;
      }
      return;
    } catch (error) {
      if (!isBroken(error) || asked >= tries) throw error;
      await pauseBeforeTry(asked);
      const opened = await open();
      rest = opened && closing(after(opened, head.transferSyntax, given), opened);
    }
  }
}

async function* closing(bytes: AsyncIterable<Buffer>, opened: OpenedInstance): AsyncGenerator<Buffer, void> {
  try {
    yield* bytes;
  } finally {
    await opened.close();
  }
}

/** What comes behind those bytes. @throws Error when it is not the same object any more. */
async function* after(
  { object: { head, bytes } }: OpenedInstance,
  transferSyntax: string,
  given: { readonly length: number; readonly crc: number },
): AsyncGenerator<Buffer, void> {
  if (head.transferSyntax !== transferSyntax) throw new DrimError('DRIM-308', 'it came again in another syntax');
  let left = given.length;
  let crc = 0;
  for await (const chunk of bytes) {
    const before = chunk.subarray(0, left);
    crc = crc32(before, crc);
    left -= before.length;
    if (left === 0 && crc !== given.crc) throw new DrimError('DRIM-308', 'it came again with other bytes');
    if (before.length < chunk.length) yield chunk.subarray(before.length);
  }
  if (left > 0) throw new DrimError('DRIM-308', 'it came again shorter');
}
