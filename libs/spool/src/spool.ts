import { MemoryWindow } from './memory-window.js';
import { takeDirectory } from './own-directory.js';
import { PackFile } from './pack-file.js';
import { type Owner, Quota } from './quota.js';
import { RecordCipher } from './record-cipher.js';
import { SealingThread } from './sealing-thread.js';
import type { Slices } from './slices.js';
import type { SpoolUsage } from './spool-contract.js';
import type { SpoolRecord } from './spool-record.js';
import type { SeriesStore, StoredSeries } from './series-store.js';
import { SpooledSeries } from './spooled-series.js';

export interface SpoolOptions {
  /** A folder of its own on a local disk: made when missing, emptied when an earlier spool left something. */
  readonly directory: string;
  /** Disk for all owners together. */
  readonly maxBytes: number;
  /** A reader slower than this is cut while somebody waits for room; 0 never cuts. */
  readonly floorBytesPerSecond: number;
  /** Over how long it is judged, counting only the time it takes for itself. */
  readonly floorGraceSeconds: number;
  /** A settled series that nobody reads stays so long for the next reader. */
  readonly keepSeconds: number;
  /** Recent bytes kept in memory for readers at the tail; 8 MiB unless set: what is held longer costs garbage collections of the whole heap. */
  readonly memoryBytes?: number;
}

const MEBIBYTE = 1024 * 1024;
/** Disk is freed file by file: no file keeps more than this. */
const PACK_BYTES = 64 * MEBIBYTE;
/** Bytes of full records not yet on disk: beyond, writers wait. */
const IN_FLIGHT_BYTES = 8 * MEBIBYTE;

/** Encrypted, bounded files that many readers tail; see README.md. */
export class Spool {
  private readonly series = new Map<string, StoredSeries>();
  /** Removed ones that are still read. */
  private readonly leaving = new Set<StoredSeries>();
  private readonly packs = new Map<StoredSeries, PackFile>();
  private readonly stays = new Map<StoredSeries, NodeJS.Timeout>();
  private readonly waiting = new Set<StoredSeries>();
  private readonly cipher = new RecordCipher();
  /** @internal */
  readonly thread = new SealingThread(this.cipher.key);
  private readonly quota: Quota;
  private readonly memory: MemoryWindow;
  private inFlight = 0;
  private cut = 0;
  private files = 0;
  private reads = 0;
  private readonly store: SeriesStore;

  private constructor(private readonly options: SpoolOptions) {
    this.quota = new Quota(options.maxBytes);
    this.memory = new MemoryWindow(options.memoryBytes ?? 8 * MEBIBYTE);
    this.store = {
      keep: (series, from, plain) => this.keep(series, from, plain),
      bytesOf: (record) => bytesOf(record),
      release: (series, record) => this.release(series, record),
      took: (series, bytes) => this.quota.take(series.owner, bytes),
      gave: (series, bytes) => this.quota.give(series.owner, bytes),
      hasRoom: (series) => this.hasRoom(series),
      lacksRoom: (series) => this.waiting.has(series) && this.quota.full(series.owner) !== undefined,
      isInTheWay: ({ owner }) =>
        [...this.waiting].some((other) => {
          const full = this.quota.full(other.owner);
          return full === 'total' || (full === 'owner' && other.owner.id === owner.id);
        }),
      readersChanged: (series) => this.readersChanged(series),
      passed: (series) => {
        if (this.waiting.size > 0 && series.trim() > 0) this.tellRoom();
      },
      forget: (series) => this.forget(series),
      freed: (series) => this.freed(series),
      cutReader: () => (this.cut += 1),
      floor: {
        bytesPerSecond: options.floorBytesPerSecond,
        graceMilliseconds: options.floorGraceSeconds * 1000,
      },
    };
  }

  /** @throws Error when the folder cannot be made, or holds what is not the spool's. */
  static async open(options: SpoolOptions): Promise<Spool> {
    await takeDirectory(options.directory);
    return new Spool(options);
  }

  /** A new series under a key. RangeError when the key is taken. */
  create<I, O>(key: string, owner: Owner): SpooledSeries<I, O> {
    if (this.series.has(key)) throw new RangeError('a series has that key');
    const series = new SpooledSeries<I, O>(key, owner, this.store);
    this.series.set(key, series);
    return series;
  }

  /** The series of a key, as long as it can be read from its first byte; `I` and `O` are those it was created with. */
  find<I, O>(key: string): SpooledSeries<I, O> | undefined {
    return this.series.get(key) as SpooledSeries<I, O> | undefined;
  }

  usage(): SpoolUsage {
    const all = [...this.series.values(), ...this.leaving];
    return {
      bytes: this.quota.bytes,
      series: all.length,
      readers: all.reduce((sum, { readers }) => sum + readers, 0),
      cut: this.cut,
      byOwner: this.quota.byOwner,
    };
  }

  /** Readers end as truncated, files are gone. */
  async close(): Promise<void> {
    for (const stay of this.stays.values()) clearTimeout(stay);
    for (const series of [...this.series.values(), ...this.leaving]) {
      series.die();
      series.remove();
    }
    for (const pack of this.packs.values()) pack.roll();
    await this.thread.close();
    await takeDirectory(this.options.directory).catch(() => undefined);
  }

  private keep(series: StoredSeries, from: number, plain: Slices): SpoolRecord {
    const record: SpoolRecord = {
      number: this.cipher.nextNumber(),
      from,
      length: plain.length,
      plain: plain.parts,
      file: undefined,
      position: -1,
    };
    this.inFlight += plain.length;
    this.packOf(series).append(record, plain.parts);
    return record;
  }

  private packOf(series: StoredSeries): PackFile {
    const known = this.packs.get(series);
    if (known && known.length < PACK_BYTES) return known;
    known?.roll();
    this.files += 1;
    const pack = new PackFile(
      this.options.directory,
      `pack-${this.files}`,
      { cipher: this.cipher, thread: this.thread },
      (record) => this.written(record),
      (lost) => {
        this.inFlight -= lost;
        series.fail();
        this.tellRoom();
      },
    );
    this.packs.set(series, pack);
    return pack;
  }

  private written(record: SpoolRecord): void {
    this.inFlight -= record.length;
    if (record.file) this.memory.add(record);
    else record.plain = undefined;
    if (this.waiting.size > 0) this.tellRoom();
  }

  private release(series: StoredSeries, record: SpoolRecord): void {
    this.memory.drop(record);
    record.file?.release(record);
    this.quota.give(series.owner, record.length);
  }

  private hasRoom(series: StoredSeries): boolean {
    if (this.inFlight < IN_FLIGHT_BYTES && this.makeRoom(series)) return true;
    this.waiting.add(series);
    return false;
  }

  /** Frees what nobody reads, least recently read first, then what every reader of a series has passed. */
  private makeRoom(series: StoredSeries): boolean {
    for (;;) {
      const full = this.quota.full(series.owner);
      if (!full) return true;
      const ours = (other: StoredSeries): boolean => full === 'total' || other.owner.id === series.owner.id;
      const idle = [...this.series.values()]
        .filter((other) => other.isSettled && other.readers === 0 && ours(other))
        .toSorted((a, b) => a.lastRead - b.lastRead)[0];
      if (idle) idle.remove();
      else if (![...this.series.values(), ...this.leaving].some((other) => ours(other) && other.trim() > 0))
        return false;
    }
  }

  private tellRoom(): void {
    for (const series of Array.from(this.waiting)) {
      if (this.inFlight >= IN_FLIGHT_BYTES / 2 || !this.makeRoom(series)) continue;
      this.waiting.delete(series);
      series.drained();
    }
  }

  private readersChanged(series: StoredSeries): void {
    this.reads += 1;
    series.lastRead = this.reads;
    clearTimeout(this.stays.get(series));
    this.stays.delete(series);
    if (series.readers > 0) return;
    if (series.isSettled && this.series.get(series.key) === series) {
      const stay = setTimeout(() => series.remove(), this.options.keepSeconds * 1000).unref();
      this.stays.set(series, stay);
    }
    // It was in the way of others, and can be freed now.
    if (this.waiting.size > 0) this.tellRoom();
  }

  private forget(series: StoredSeries): void {
    clearTimeout(this.stays.get(series));
    this.stays.delete(series);
    if (this.series.get(series.key) === series) this.series.delete(series.key);
    this.leaving.add(series);
  }

  private freed(series: StoredSeries): void {
    this.leaving.delete(series);
    this.waiting.delete(series);
    this.packs.get(series)?.roll();
    this.packs.delete(series);
    if (this.waiting.size > 0) this.tellRoom();
  }
}

function bytesOf(record: SpoolRecord): readonly Buffer[] | Promise<readonly Buffer[]> {
  if (record.plain) return record.plain;
  if (!record.file) throw new Error('record freed');
  return record.file.read(record).then((bytes) => [bytes]);
}
