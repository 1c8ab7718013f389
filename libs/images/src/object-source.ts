import { DrimError, type ObjectHead, type ObjectStreamPart, type RetrieveOutcome } from '@drimbox/contracts';

/** One object as it comes: its head, and its data set to be pulled once. */
export interface SourceObject {
  readonly head: ObjectHead;
  readonly bytes: AsyncIterable<Buffer>;
}

/** The objects of a stream of pacs-bridge, one after the other, at the pace of whoever takes them. */
export class ObjectSource {
  /** Set once the stream has ended with it. */
  outcome: RetrieveOutcome | undefined;
  private readonly chunks: AsyncIterator<readonly ObjectStreamPart[]>;
  private parts: readonly ObjectStreamPart[] = [];
  private at = 0;
  private open = false;

  constructor(stream: AsyncIterable<readonly ObjectStreamPart[]>) {
    this.chunks = stream[Symbol.asyncIterator]();
  }

  /** The next object; what was left of the one before is passed over. Undefined at the end. @throws DrimError DRIM-308 */
  async next(): Promise<SourceObject | undefined> {
    await this.finishObject();
    for (;;) {
      const part = await this.part();
      if (part.type === 'object') {
        this.open = true;
        return { head: part.head, bytes: this.bytes() };
      }
      if (part.type !== 'outcome') continue;
      this.outcome = part.outcome;
      return undefined;
    }
  }

  /** Until the object under way is whole. */
  async finishObject(): Promise<void> {
    while (this.open) await this.data();
  }

  /** Nobody reads any further: the retrieval may end. */
  async close(): Promise<void> {
    await this.chunks.return?.(undefined);
  }

  private async *bytes(): AsyncGenerator<Buffer, void> {
    for (let data = await this.data(); data; data = await this.data()) yield data;
  }

  /** Bytes of the object under way; undefined once it is whole. */
  private async data(): Promise<Buffer | undefined> {
    while (this.open) {
      const part = await this.part();
      if (part.type === 'data') return part.bytes;
      if (part.type === 'end') this.open = false;
      else if (part.type !== 'progress') throw new DrimError('DRIM-308', 'an object that does not end');
    }
    return undefined;
  }

  private async part(): Promise<ObjectStreamPart> {
    for (;;) {
      const part = this.parts[this.at++];
      if (part) return part;
      const next = await this.chunks.next();
      if (next.done === true) throw new DrimError('DRIM-308', 'the stream of pacs-bridge has no outcome');
      this.parts = next.value;
      this.at = 0;
    }
  }
}
