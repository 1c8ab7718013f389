import { ObjectHead, RetrieveOutcome, RetrieveProgress } from './retrieve.js';

/**
 * The form in which DICOM objects travel between services: frames of one byte of type, four of length (big endian), and
 * a payload. Pixels are never copied to be framed, and a cut connection is never taken for an end.
 */
export const OBJECT_STREAM_TYPE = 'application/vnd.drimbox.objects';

export const FrameType = {
  /** JSON ObjectHead: an object begins. */
  Object: 1,
  /** Some of its bytes. */
  Data: 2,
  /** It is whole. */
  End: 3,
  /** JSON RetrieveProgress. */
  Progress: 4,
  /** JSON RetrieveOutcome: nothing follows. */
  Outcome: 5,
} as const;

export const FRAME_HEAD_BYTES = 5;
/** Longest payload of a frame that is not data: a head is under 400 bytes. */
const MAX_WORDS_BYTES = 4096;
const MAX_DATA_BYTES = 16 * 1024 * 1024;

export const frameHead = (type: number, length: number): Buffer => {
  const head = Buffer.allocUnsafe(FRAME_HEAD_BYTES);
  head[0] = type;
  head.writeUInt32BE(length, 1);
  return head;
};

const wordsFrame = (type: number, words: object): Buffer => {
  const payload = Buffer.from(JSON.stringify(words));
  return Buffer.concat([frameHead(type, payload.length), payload]);
};

export const objectFrame = (head: ObjectHead): Buffer => wordsFrame(FrameType.Object, head);
export const progressFrame = (progress: RetrieveProgress): Buffer => wordsFrame(FrameType.Progress, progress);
export const outcomeFrame = (outcome: RetrieveOutcome): Buffer => wordsFrame(FrameType.Outcome, outcome);
export const END_FRAME: Buffer = frameHead(FrameType.End, 0);

/** What a stream says, in order. `bytes` is a slice of what was pushed. */
export type ObjectStreamPart =
  | { readonly type: 'object'; readonly head: ObjectHead }
  | { readonly type: 'data'; readonly bytes: Buffer }
  | { readonly type: 'end' }
  | { readonly type: 'progress'; readonly progress: RetrieveProgress }
  | { readonly type: 'outcome'; readonly outcome: RetrieveOutcome };

export class ObjectStreamError extends Error {
  override readonly name = 'ObjectStreamError';
}

/** Reads an object stream out of chunks of any size. */
export class ObjectStreamReader {
  private held = Buffer.alloc(0);
  private dataLeft = 0;
  private inObject = false;
  private ended = false;

  /** True once the outcome has been read: the only end that is one. */
  get finished(): boolean {
    return this.ended;
  }

  /** Throws ObjectStreamError when the bytes are no object stream. */
  *push(chunk: Buffer): Generator<ObjectStreamPart> {
    let rest = this.held.length > 0 ? Buffer.concat([this.held, chunk]) : chunk;
    this.held = Buffer.alloc(0);
    while (rest.length > 0) {
      if (this.dataLeft > 0) {
        const bytes = rest.subarray(0, this.dataLeft);
        this.dataLeft -= bytes.length;
        rest = rest.subarray(bytes.length);
        yield { type: 'data', bytes };
        continue;
      }
      if (this.ended) throw new ObjectStreamError('bytes after the outcome');
      if (rest.length < FRAME_HEAD_BYTES) break;
      const type = rest[0] ?? 0;
      const length = rest.readUInt32BE(1);
      if (type === FrameType.Data) {
        if (!this.inObject || length > MAX_DATA_BYTES) throw new ObjectStreamError('data out of place');
        this.dataLeft = length;
        rest = rest.subarray(FRAME_HEAD_BYTES);
        continue;
      }
      if (length > MAX_WORDS_BYTES) throw new ObjectStreamError('frame too long');
      if (rest.length < FRAME_HEAD_BYTES + length) break;
      yield this.words(type, rest.subarray(FRAME_HEAD_BYTES, FRAME_HEAD_BYTES + length));
      rest = rest.subarray(FRAME_HEAD_BYTES + length);
    }
    // At most one head and one frame of words: copying it lets the chunk go.
    if (rest.length > 0) this.held = Buffer.from(rest);
  }

  private words(type: number, payload: Buffer): ObjectStreamPart {
    switch (type) {
      case FrameType.Object:
        if (this.inObject) throw new ObjectStreamError('an object within an object');
        this.inObject = true;
        return { type: 'object', head: parsed(ObjectHead, payload) };
      case FrameType.End:
        if (!this.inObject) throw new ObjectStreamError('the end of no object');
        this.inObject = false;
        return { type: 'end' };
      case FrameType.Progress:
        return { type: 'progress', progress: parsed(RetrieveProgress, payload) };
      case FrameType.Outcome:
        this.ended = true;
        return { type: 'outcome', outcome: parsed(RetrieveOutcome, payload) };
      default:
        throw new ObjectStreamError(`frame type ${type} unknown`);
    }
  }
}

function parsed<T>(schema: { safeParse(value: unknown): { success: boolean; data?: T } }, payload: Buffer): T {
  let json: unknown;
  try {
    json = JSON.parse(payload.toString('utf8'));
  } catch {
    throw new ObjectStreamError('words that are no JSON');
  }
  const read = schema.safeParse(json);
  if (!read.success || read.data === undefined) throw new ObjectStreamError('words outside their contract');
  return read.data;
}
