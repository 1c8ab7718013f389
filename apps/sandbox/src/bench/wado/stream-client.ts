import type { IncomingMessage } from 'node:http';
import { parameterOf } from '../../wado/multipart-reader.js';
import { MultipartCounter } from './multipart-counter.js';

/** An answer that went by: what it held, and when. Moments are of `performance.now()`. */
export interface Streamed {
  readonly status: number;
  readonly parts: number;
  readonly bytes: number;
  /** The connection ended as it should, after the closing delimiter. */
  readonly whole: boolean;
  readonly firstByteAt: number | undefined;
  /** The first image was whole. */
  readonly firstImageAt: number | undefined;
  readonly milliseconds: number;
  /** Words of a refusal. */
  readonly said: string;
}

const MAX_WORDS = 300;

/** Reads an answer as fast as it comes, counts, and keeps nothing. `from`: when it was asked. */
export async function streamed(asked: Promise<IncomingMessage>, from: number): Promise<Streamed> {
  const answer = await asked;
  const boundary = parameterOf(answer.headers['content-type'] ?? '', 'boundary');
  const counter = boundary === undefined ? undefined : new MultipartCounter(boundary);
  let bytes = 0;
  let said = '';
  let firstByteAt: number | undefined;
  let firstImageAt: number | undefined;
  let ended = true;
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      firstByteAt ??= performance.now();
      bytes += chunk.length;
      if (counter) counter.push(chunk);
      else if (said.length < MAX_WORDS) said += chunk.toString('utf8');
      if (counter && counter.parts > 0) firstImageAt ??= performance.now();
    }
  } catch {
    ended = false;
  }
  return {
    status: answer.statusCode ?? 0,
    parts: counter?.parts ?? 0,
    bytes,
    whole: ended && answer.complete && counter?.closed === true,
    firstByteAt,
    firstImageAt,
    milliseconds: performance.now() - from,
    said: said.slice(0, MAX_WORDS),
  };
}
