import { type FileHandle, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RecordCipher } from './record-cipher.js';
import { SEAL_BYTES } from './record-cipher.js';

/** A piece of one object: up to a record's length of its bytes, at its place in the object. */
export interface SpoolRecord {
  readonly number: bigint;
  /** Offset of its first byte in the object. */
  readonly from: number;
  readonly length: number;
  /** In memory until it is on disk, and a little longer. */
  plain: Buffer | undefined;
  file: PackFile | undefined;
  /** Place on disk, -1 until it is there. */
  position: number;
}

interface Waiting {
  readonly record: SpoolRecord;
  readonly plain: Buffer;
}

/** Records sealed in one turn of the event loop: while they are, nobody is answered. */
const SEALED_IN_A_TURN = 2;

/**
 * One file that sealed records of a series are appended to, in the order in which they are full. It has no name: a
 * process that dies leaves nothing behind. Its disk is freed when its last record is released.
 */
export class PackFile {
  private handle: FileHandle | undefined;
  /** Bytes given to it, and those of them that are on disk. */
  private size = 0;
  private written = 0;
  private records = 0;
  private busy = 0;
  private closed = false;
  private rolled = false;
  private queue: Waiting[] = [];
  private writing = false;

  constructor(
    private readonly directory: string,
    private readonly name: string,
    private readonly cipher: RecordCipher,
    private readonly onWritten: (record: SpoolRecord) => void,
    /** The disk failed: this many bytes never got there. */
    private readonly onFailure: (lost: number) => void,
  ) {}

  /** Bytes given to it. */
  get length(): number {
    return this.size;
  }

  append(record: SpoolRecord, plain: Buffer): void {
    record.file = this;
    this.records += 1;
    this.size += record.length + SEAL_BYTES;
    this.queue.push({ record, plain });
    void this.write();
  }

  /** The plain bytes of a record on disk. Rejects when they cannot be read back as they were. */
  async read(record: SpoolRecord): Promise<Buffer> {
    if (!this.handle || record.position < 0) throw new Error('record not on disk');
    this.busy += 1;
    try {
      const sealed = Buffer.allocUnsafe(record.length + SEAL_BYTES);
      const { bytesRead } = await this.handle.read(sealed, 0, sealed.length, record.position);
      if (bytesRead !== sealed.length) throw new Error('record cut short');
      return this.cipher.open(record.number, sealed);
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

  /**
   * Sealing and writing wait for the next turn: whoever sent the last bytes is answered first, and sends on meanwhile.
   * What comes while a few records are being written waits for the next call.
   */
  private async write(): Promise<void> {
    if (this.writing) return;
    this.writing = true;
    let batch: Waiting[] = [];
    try {
      this.handle ??= await this.create();
      while (this.queue.length > 0) {
        await nextTurn();
        batch = this.queue.splice(0, SEALED_IN_A_TURN);
        await this.writeBatch(this.handle, batch);
      }
    } catch {
      const lost = [...batch.filter(({ record }) => record.position < 0), ...this.queue.splice(0)];
      this.onFailure(lost.reduce((sum, { record }) => sum + record.length, 0));
    } finally {
      this.writing = false;
      this.freeWhenUnused();
    }
  }

  private async writeBatch(handle: FileHandle, batch: readonly Waiting[]): Promise<void> {
    const parts = batch.flatMap(({ record, plain }) => this.cipher.seal(record.number, plain));
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    const { bytesWritten } = await handle.writev(parts, this.written);
    if (bytesWritten !== length) throw new Error('disk full');
    for (const { record } of batch) {
      record.position = this.written;
      this.written += record.length + SEAL_BYTES;
      this.onWritten(record);
    }
  }

  private async create(): Promise<FileHandle> {
    const path = join(this.directory, this.name);
    const handle = await open(path, 'wx+', 0o600);
    await unlink(path);
    return handle;
  }

  private freeWhenUnused(): void {
    if (!this.rolled || this.closed || this.records > 0 || this.busy > 0 || this.writing) return;
    this.closed = true;
    void this.handle?.close().catch(() => undefined);
  }
}
