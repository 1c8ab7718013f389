import { DrimError, OBJECT_STREAM_TYPE, outcomeFrame, type RetrieveOutcome } from '@drimbox/contracts';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';

/** Frames to send, each list in one go, and the outcome they end with. */
export interface ObjectParts {
  readonly frames: AsyncGenerator<readonly Buffer[], RetrieveOutcome>;
  /** Aborted when the reader is cut for being too slow: it may not even take the words that say so. */
  readonly cut: AbortSignal;
  /** Ends `frames` at once, also while they wait for the PACS. */
  close(): void;
}

/**
 * Sends an object stream at the reader's pace. Nothing is answered before the first object: a retrieval that fails
 * without one is an ordinary error answer.
 * @throws DrimError with the code of the outcome when not one frame came.
 */
export async function sendParts(parts: ObjectParts, answer: ServerResponse, onBegin: () => void): Promise<void> {
  const { frames, cut } = parts;
  const gone = new AbortController();
  answer.once('close', () => {
    gone.abort();
    parts.close();
  });
  cut.addEventListener('abort', () => answer.destroy());
  try {
    let item = await frames.next();
    if (item.done) throw new DrimError(item.value.code ?? 'DRIM-308');
    onBegin();
    answer.writeHead(200, { 'content-type': OBJECT_STREAM_TYPE, 'cache-control': 'no-store' });
    while (!item.done && !gone.signal.aborted) {
      if (!write(answer, item.value)) await drained(answer, gone.signal);
      item = await frames.next();
    }
    if (item.done && !gone.signal.aborted) answer.end(outcomeFrame(item.value));
  } finally {
    parts.close();
  }
}

function write(answer: ServerResponse, frames: readonly Buffer[]): boolean {
  answer.cork();
  const flowing = frames.map((frame) => answer.write(frame)).every(Boolean);
  answer.uncork();
  return flowing;
}

async function drained(answer: ServerResponse, gone: AbortSignal): Promise<void> {
  try {
    await once(answer, 'drain', { signal: gone });
  } catch (error) {
    if (!gone.aborted) throw error;
  }
}
