import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { type ObjectHead, ObjectStreamReader, type RetrieveOutcome, type RetrieveRequest } from '@drimbox/contracts';

/** Where pacs-bridge is, and who asks. */
export interface PacsBridgeDoor {
  readonly port: number;
  readonly tls: { readonly ca: Buffer; readonly cert: Buffer; readonly key: Buffer };
}

export interface ReceivedObject extends ObjectHead {
  readonly bytes: number;
  /** SHA-256 of the data set, hexadecimal. */
  readonly digest: string;
}

export interface Retrieved {
  /** Objects that were ended: whole. */
  readonly objects: readonly ReceivedObject[];
  /** An object that was begun and never ended. */
  readonly half: { readonly sopInstance: string; readonly bytes: number } | undefined;
  /** Undefined when the stream broke off. */
  readonly outcome: RetrieveOutcome | undefined;
  readonly bytes: number;
  readonly millisecondsToFirst: number | undefined;
  readonly milliseconds: number;
  /** An ordinary error answer instead of a stream. */
  readonly refusal?: { readonly status: number; readonly code: string };
}

export interface RetrieveManners {
  readonly signal?: AbortSignal;
  /** Reads no faster than this. */
  readonly bytesPerSecond?: number;
  /** False: bytes are counted and dropped. */
  readonly digests?: boolean;
}

const agent = new Agent({ keepAlive: false });

/** Asks pacs-bridge for images as the other services do, and checks the frames; written for the sandbox alone. */
export async function retrieve(
  { port, tls }: PacsBridgeDoor,
  link: string,
  wanted: RetrieveRequest,
  manners: RetrieveManners = {},
): Promise<Retrieved> {
  const from = performance.now();
  const answer = await ask(port, tls, `/links/${link}/retrieve`, wanted, manners.signal);
  if (answer.statusCode !== 200) return refused(answer, performance.now() - from);
  const taker = new Taker(from, manners.digests ?? true);
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      taker.take(chunk);
      await keepPace(taker.bytes, from, manners.bytesPerSecond);
    }
  } catch (error) {
    // A stream that breaks off says so by having no outcome.
    if (!isBroken(error)) throw error;
  }
  return taker.result();
}

function ask(
  port: number,
  tls: PacsBridgeDoor['tls'],
  path: string,
  wanted: RetrieveRequest,
  signal: AbortSignal | undefined,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' };
    const asked = request(
      { host: 'localhost', port, method: 'POST', path, headers, ...tls, agent, ...(signal && { signal }) },
      resolve,
    );
    asked.on('error', reject);
    asked.end(JSON.stringify(wanted));
  });
}

class Taker {
  bytes = 0;
  private readonly reader = new ObjectStreamReader();
  private readonly objects: ReceivedObject[] = [];
  private current: { head: ObjectHead; bytes: number; hash: ReturnType<typeof createHash> | undefined } | undefined;
  private outcome: RetrieveOutcome | undefined;
  private firstAt: number | undefined;

  constructor(
    private readonly from: number,
    private readonly digests: boolean,
  ) {}

  take(chunk: Buffer): void {
    for (const part of this.reader.push(chunk)) {
      if (part.type === 'object') {
        this.current = { head: part.head, bytes: 0, hash: this.digests ? createHash('sha256') : undefined };
      } else if (part.type === 'data' && this.current) {
        this.firstAt ??= performance.now();
        this.bytes += part.bytes.length;
        this.current.bytes += part.bytes.length;
        this.current.hash?.update(part.bytes);
      } else if (part.type === 'end' && this.current) {
        const { head, bytes, hash } = this.current;
        this.objects.push({ ...head, bytes, digest: hash?.digest('hex') ?? '' });
        this.current = undefined;
      } else if (part.type === 'outcome') this.outcome = part.outcome;
    }
  }

  result(): Retrieved {
    return {
      objects: this.objects,
      half: this.current && { sopInstance: this.current.head.sopInstance, bytes: this.current.bytes },
      outcome: this.outcome,
      bytes: this.bytes,
      millisecondsToFirst: this.firstAt === undefined ? undefined : this.firstAt - this.from,
      milliseconds: performance.now() - this.from,
    };
  }
}

async function refused(answer: IncomingMessage, milliseconds: number): Promise<Retrieved> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer as AsyncIterable<Buffer>) chunks.push(chunk);
  const { code } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { code: string };
  const refusal = { status: answer.statusCode ?? 0, code };
  return {
    objects: [],
    half: undefined,
    outcome: undefined,
    bytes: 0,
    millisecondsToFirst: undefined,
    milliseconds,
    refusal,
  };
}

async function keepPace(bytes: number, from: number, bytesPerSecond: number | undefined): Promise<void> {
  if (bytesPerSecond === undefined) return;
  const due = from + (bytes / bytesPerSecond) * 1000;
  const early = due - performance.now();
  if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
}

const isBroken = (error: unknown): boolean =>
  error instanceof Error &&
  ['ECONNRESET', 'ABORT_ERR', 'ERR_STREAM_PREMATURE_CLOSE'].includes(String((error as NodeJS.ErrnoException).code));
