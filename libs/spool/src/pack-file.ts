import { type FileHandle, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type RecordCipher, SEAL_BYTES } from './record-cipher.js';
import { roomFor, SLOT_BYTES } from './sealing-job.js';
import type { SealingThread } from './sealing-thread.js';
import type { SpoolRecord } from './spool-record.js';

/** A record and what it holds, also once it is released. */
interface Waiting {
  readonly record: SpoolRecord;
  readonly plain: readonly Buffer[];
}

/** Who seals what goes into a file, and who opens it again. */
export interface Seals {
  readonly cipher: RecordCipher;
  readonly thread: SealingThread;
}

/**
 * One file that sealed records of a series are appended to, in the order in which they are full. It has no name: a
 * process that dies leaves nothing behind. Its disk is freed when its last record is released.
 */
export class PackFile {
  private handle: FileHandle | undefined;
  /** Bytes given to it, and the place of the next. */
  private size = 0;
  private end = 0;
  private records = 0;
  /** Reads, and slots being written. */
  private busy = 0;
  private closed = false;
  private rolled = false;
  private failed = false;
  private readonly queue: Waiting[] = [];
  private sending = false;

  constructor(
    private readonly directory: string,
    private readonly name: string,
    private readonly seals: Seals,
    private readonly onWritten: (record: SpoolRecord) => void,
    /** The disk failed: this many bytes never got there. Perhaps more than once. */
    private readonly onFailure: (lost: number) => void,
  ) {}

  /** Bytes given to it. */
  get length(): number {
    return this.size;
  }

  append(record: SpoolRecord, plain: readonly Buffer[]): void {
    record.file = this;
    this.records += 1;
    this.size += record.length + SEAL_BYTES;
    this.queue.push({ record, plain });
    if (!this.sending) void this.send();
  }

  /** The plain bytes of a record on disk. Rejects when they cannot be read back as they were. */
  async read(record: SpoolRecord): Promise<Buffer> {
    if (!this.handle || record.position < 0) throw new Error('record not on disk');
    this.busy += 1;
    try {
      const sealed = Buffer.allocUnsafe(record.length + SEAL_BYTES);
      const { bytesRead } = await this.handle.read(sealed, 0, sealed.length, record.position);
      if (bytesRead !== sealed.length) throw new Error('record cut short');
      return this.seals.cipher.open(record.number, sealed);
    } finally {
      this.busy -= 1;
      this.freeWhenUnused();
    }
  }

  release(record: SpoolRecord): void {
    if (record.file !== this) return;
    record.file = undefined;
    this.records -= 1;
    this.freeWhenUnused();
  }

  /** Nothing will be appended any more. */
  roll(): void {
    this.rolled = true;
    this.freeWhenUnused();
  }

  /** In the next turn: whoever sent the last bytes is answered first, and short records go together. */
  private async send(): Promise<void> {
    this.sending = true;
    try {
      this.handle ??= await this.create();
      await nextTurn();
      while (this.queue.length > 0 && !this.failed) {
        const slot = await this.seals.thread.slot();
        void this.write(this.handle, slot, this.nextBatch());
      }
    } catch {
      this.failed = true;
    } finally {
      this.sending = false;
      if (this.failed) this.lose(this.queue.splice(0));
      this.freeWhenUnused();
    }
  }

  /** As many records as fit into a slot. */
  private nextBatch(): Waiting[] {
    let [count, bytes] = [0, 0];
    for (const { plain } of this.queue) {
      bytes += roomFor(plain);
      if (bytes > SLOT_BYTES) break;
      count += 1;
    }
    return this.queue.splice(0, count);
  }

  private async write(handle: FileHandle, slot: number, batch: readonly Waiting[]): Promise<void> {
    let position = this.end;
    this.end += batch.reduce((sum, { record }) => sum + record.length + SEAL_BYTES, 0);
    this.busy += 1;
    try {
      await this.seals.thread.write(slot, handle.fd, position, batch);
      for (const { record } of batch) {
        record.position = position;
        position += record.length + SEAL_BYTES;
        this.onWritten(record);
      }
    } catch {
      this.failed = true;
      this.lose(batch);
    } finally {
      this.busy -= 1;
      this.freeWhenUnused();
    }
  }

  private lose(batch: readonly Waiting[]): void {
    this.onFailure(batch.reduce((sum, { record }) => sum + record.length, 0));
  }

  private async create(): Promise<FileHandle> {
    const path = join(this.directory, this.name);
    const handle = await open(path, 'wx+', 0o600);
    await unlink(path);
    return handle;
  }

  private freeWhenUnused(): void {
    if (!this.rolled || this.closed || this.records > 0 || this.busy > 0 || this.sending) return;
    this.closed = true;
    void this.handle?.close().catch(() => undefined);
  }
}
