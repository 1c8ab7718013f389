import { crc32, createDeflateRaw } from 'node:zlib';

/** Where the bytes of an archive go; returns when more may come. */
export type ZipOut = (buffers: readonly Buffer[]) => Promise<void>;

interface Entry {
  readonly name: Buffer;
  readonly crc: number;
  readonly size: number;
  readonly packed: number;
  readonly offset: number;
}

const LOCAL = 0x04034b50;
const DESCRIPTOR = 0x08074b50;
const CENTRAL = 0x02014b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const END = 0x06054b50;
/** 4.5: ZIP64. */
const VERSION = 45;
/** Sizes come after the data (bit 3). */
const FLAGS = 0x0008;
const DEFLATE = 8;
const MAX_32 = 0xffffffff;
const MAX_16 = 0xffff;
/** Most of it is compressed already: the fastest level costs least, and native pixels still shrink. */
const LEVEL = 1;

/**
 * A ZIP written as it goes, entry after entry (APPNOTE 6.3.9), never whole in memory. Every entry carries sizes of 64 bits: none
 * is known when it begins. Names are ours, of A-Z, 0-9, `_` and `/`.
 */
export class ZipWriter {
  private readonly entries: Entry[] = [];
  private offset = 0;
  private readonly time: { readonly date: number; readonly time: number };

  constructor(
    private readonly out: ZipOut,
    now: Date,
  ) {
    this.time = dosTime(now);
  }

  /** Bytes written so far. */
  get bytes(): number {
    return this.offset;
  }

  async add(name: string, content: AsyncIterable<Buffer>): Promise<void> {
    if (!/^[A-Z0-9_]+(\/[A-Z0-9_]+)*$/.test(name)) throw new RangeError('not a name of ours');
    const bytes = Buffer.from(name, 'latin1');
    const offset = this.offset;
    await this.write(this.localHead(bytes));
    let [crc, size, packed] = [0, 0, 0];
    const deflate = createDeflateRaw({ level: LEVEL });
    const feeding = (async (): Promise<void> => {
      for await (const chunk of content) {
        crc = crc32(chunk, crc);
        size += chunk.length;
        if (!deflate.write(chunk)) await new Promise((resolve) => deflate.once('drain', resolve));
      }
      deflate.end();
    })();
    // Seen again below; a reader that fails must not leave it unheard.
    feeding.catch((error: unknown) => deflate.destroy(error instanceof Error ? error : new Error('unread')));
    for await (const chunk of deflate as AsyncIterable<Buffer>) {
      packed += chunk.length;
      await this.write(chunk);
    }
    await feeding;
    const descriptor = Buffer.alloc(24);
    descriptor.writeUInt32LE(DESCRIPTOR, 0);
    descriptor.writeUInt32LE(crc, 4);
    descriptor.writeBigUInt64LE(BigInt(packed), 8);
    descriptor.writeBigUInt64LE(BigInt(size), 16);
    await this.write(descriptor);
    this.entries.push({ name: bytes, crc, size, packed, offset });
  }

  /** The central directory: without it an archive is none. */
  async end(): Promise<void> {
    const start = this.offset;
    for (const entry of this.entries) await this.write(this.centralHead(entry));
    const length = this.offset - start;
    await this.write(
      Buffer.concat([this.end64(start, length), this.locator(start + length), endOf(this.entries.length)]),
    );
  }

  private async write(buffer: Buffer): Promise<void> {
    this.offset += buffer.length;
    await this.out([buffer]);
  }

  private localHead(name: Buffer): Buffer {
    // A ZIP64 field that says that both sizes come later.
    const extra = extraOf([0n, 0n]);
    const head = Buffer.alloc(30);
    head.writeUInt32LE(LOCAL, 0);
    head.writeUInt16LE(VERSION, 4);
    head.writeUInt16LE(FLAGS, 6);
    head.writeUInt16LE(DEFLATE, 8);
    head.writeUInt16LE(this.time.time, 10);
    head.writeUInt16LE(this.time.date, 12);
    head.writeUInt32LE(MAX_32, 18);
    head.writeUInt32LE(MAX_32, 22);
    head.writeUInt16LE(name.length, 26);
    head.writeUInt16LE(extra.length, 28);
    return Buffer.concat([head, name, extra]);
  }

  private centralHead({ name, crc, size, packed, offset }: Entry): Buffer {
    const extra = extraOf([BigInt(size), BigInt(packed), BigInt(offset)]);
    const head = Buffer.alloc(46);
    head.writeUInt32LE(CENTRAL, 0);
    head.writeUInt16LE(VERSION, 4);
    head.writeUInt16LE(VERSION, 6);
    head.writeUInt16LE(FLAGS, 8);
    head.writeUInt16LE(DEFLATE, 10);
    head.writeUInt16LE(this.time.time, 12);
    head.writeUInt16LE(this.time.date, 14);
    head.writeUInt32LE(crc, 16);
    head.writeUInt32LE(MAX_32, 20);
    head.writeUInt32LE(MAX_32, 24);
    head.writeUInt16LE(name.length, 28);
    head.writeUInt16LE(extra.length, 30);
    head.writeUInt32LE(MAX_32, 42);
    return Buffer.concat([head, name, extra]);
  }

  private end64(start: number, length: number): Buffer {
    const end = Buffer.alloc(56);
    end.writeUInt32LE(END_64, 0);
    end.writeBigUInt64LE(44n, 4);
    end.writeUInt16LE(VERSION, 12);
    end.writeUInt16LE(VERSION, 14);
    end.writeBigUInt64LE(BigInt(this.entries.length), 24);
    end.writeBigUInt64LE(BigInt(this.entries.length), 32);
    end.writeBigUInt64LE(BigInt(length), 40);
    end.writeBigUInt64LE(BigInt(start), 48);
    return end;
  }

  private locator(end64At: number): Buffer {
    const locator = Buffer.alloc(20);
    locator.writeUInt32LE(LOCATOR_64, 0);
    locator.writeBigUInt64LE(BigInt(end64At), 8);
    locator.writeUInt32LE(1, 16);
    return locator;
  }
}

/** Everything is said in the ZIP64 records; here stands that it is there. */
function endOf(count: number): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(END, 0);
  end.writeUInt16LE(Math.min(count, MAX_16), 8);
  end.writeUInt16LE(Math.min(count, MAX_16), 10);
  end.writeUInt32LE(MAX_32, 12);
  end.writeUInt32LE(MAX_32, 16);
  return end;
}

function extraOf(values: readonly bigint[]): Buffer {
  const extra = Buffer.alloc(4 + 8 * values.length);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(8 * values.length, 2);
  values.forEach((value, index) => extra.writeBigUInt64LE(value, 4 + 8 * index));
  return extra;
}

const dosTime = (at: Date): { readonly date: number; readonly time: number } => ({
  date: ((Math.max(1980, at.getFullYear()) - 1980) << 9) | ((at.getMonth() + 1) << 5) | at.getDate(),
  time: (at.getHours() << 11) | (at.getMinutes() << 5) | (at.getSeconds() >> 1),
});
