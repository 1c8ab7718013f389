import type { ImageFacts } from './image-facts.js';

/** Compressed bytes of one frame as they came. */
export interface StoredFrame {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly transferSyntax: string;
  /** Altered by the portal to travel faster; what the object itself says is in its facts. */
  readonly lossy: boolean;
}

/** Brings a frame that is not held and that no stream will bring. */
export type FrameSource = (imageId: string) => Promise<StoredFrame>;

/**
 * Facts and compressed frames of everything received, by image id. Frames wait here to be decoded when looked at. Beyond
 * `maxBytes` the frames longest unused leave and are asked again when needed: the portal has them in its spool.
 */
export class FrameStore {
  private readonly facts = new Map<string, ImageFacts>();
  /** In order of last use. */
  private readonly frames = new Map<string, StoredFrame>();
  /** Received once, held or not. */
  private readonly seen = new Set<string>();
  private readonly waiting = new Map<string, ((frame: StoredFrame) => void)[]>();
  private bytes = 0;
  /** Told when a frame takes the place of another form of itself. */
  onReplaced: (imageId: string) => void = () => undefined;

  constructor(
    private readonly maxBytes: number,
    private readonly source: FrameSource,
    /** Will a stream bring it? */
    private readonly isComing: (imageId: string) => boolean,
  ) {}

  get heldBytes(): number {
    return this.bytes;
  }

  addFacts(imageId: string, facts: ImageFacts): void {
    this.facts.set(imageId, facts);
  }

  factsOf(imageId: string): ImageFacts | undefined {
    return this.facts.get(imageId);
  }

  /** What is held now, if it is. */
  peek(imageId: string): StoredFrame | undefined {
    return this.frames.get(imageId);
  }

  put(imageId: string, frame: StoredFrame): void {
    const before = this.frames.get(imageId);
    this.bytes += frame.bytes.length - (before?.bytes.length ?? 0);
    this.frames.delete(imageId);
    this.frames.set(imageId, frame);
    this.seen.add(imageId);
    for (const wake of this.waiting.get(imageId) ?? []) wake(frame);
    this.waiting.delete(imageId);
    if (before?.lossy && !frame.lossy) this.onReplaced(imageId);
    for (const [oldest, { bytes }] of this.frames) {
      if (this.bytes <= this.maxBytes || oldest === imageId) break;
      this.frames.delete(oldest);
      this.bytes -= bytes.length;
    }
  }

  /** The frame when it is there: at once, when its stream brings it, or from the source. */
  async get(imageId: string): Promise<StoredFrame> {
    const held = this.frames.get(imageId);
    if (held) {
      this.frames.delete(imageId);
      this.frames.set(imageId, held);
      return held;
    }
    if (this.isComing(imageId) && !this.seen.has(imageId)) {
      return new Promise((resolve) => {
        this.waiting.set(imageId, [...(this.waiting.get(imageId) ?? []), resolve]);
      });
    }
    const fetched = await this.source(imageId);
    this.put(imageId, fetched);
    return fetched;
  }

  /** Forgets every frame and every head. */
  clear(): void {
    this.frames.clear();
    this.facts.clear();
    this.waiting.clear();
    this.bytes = 0;
  }

  /** A stream ended early: those who wait for it are served by the source. Failures are given to `onFailure`. */
  async serveWaiting(onFailure: (imageId: string) => void): Promise<void> {
    for (const imageId of this.waiting.keys()) {
      if (this.isComing(imageId)) continue;
      try {
        this.put(imageId, await this.source(imageId));
      } catch {
        onFailure(imageId);
      }
    }
  }
}
