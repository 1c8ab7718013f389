import { OWNER, digest, pattern, readAll, spools, turn, type Given, type Item } from './spool.for-spec.js';

const { open } = spools();

describe('a series', () => {
  it('is read while it is written, late readers from the first byte', async () => {
    const spool = await open();
    const series = spool.create<string, string>('key', OWNER);
    const early = readAll(series.reader());
    const bytes = pattern(700_000, 1);
    const writer = series.begin({ id: 'a', info: 'A' });
    for (let at = 0; at < bytes.length; at += 100_000) {
      expect(writer.write(bytes.subarray(at, at + 100_000))).toBe(true);
      await turn();
    }
    const half = readAll(series.reader());
    expect(writer.end()).toBe(true);
    expect(writer.length).toBe(bytes.length);
    series.settle('done');
    const expected = { whole: [{ id: 'a', digest: digest(bytes) }], half: undefined, end: 'settled done' };
    expect(await early).toEqual(expected);
    expect(await half).toEqual(expected);
    expect(await readAll(series.reader())).toEqual(expected);
    expect(spool.find('key')).toBe(series);
  });

  it('gives what has come together, before the object is whole', async () => {
    const series = (await open()).create<string, string>('key', OWNER);
    const lists = series.reader()[Symbol.asyncIterator]();
    const writer = series.begin({ id: 'a', info: '' });
    writer.write(Buffer.from('abc'));
    expect((await lists.next()).value).toMatchObject([
      { type: 'object' },
      { type: 'bytes', bytes: Buffer.from('abc') },
    ]);
    const next = lists.next();
    await turn();
    writer.write(Buffer.alloc(10_000, 'd'));
    writer.write(Buffer.alloc(10_000, 'e'));
    const items = (await next).value as readonly Item[];
    const given = items.map((item) => (item.type === 'bytes' ? item.bytes : Buffer.alloc(0)));
    expect(Buffer.concat(given).toString()).toBe('d'.repeat(10_000) + 'e'.repeat(10_000));
  });

  it('gives no more together than a slow reader may hold', async () => {
    const series = (await open()).create<string, string>('key', OWNER);
    const writer = series.begin({ id: 'a', info: '' });
    for (let n = 0; n < 100; n++) writer.write(Buffer.alloc(65_536));
    writer.end();
    series.settle('done');
    for await (const items of series.reader()) {
      const bytes = items.reduce((sum, item) => sum + (item.type === 'bytes' ? item.bytes.length : 0), 0);
      expect(bytes).toBeLessThan(512 * 1024);
    }
  });

  it('gives of each object what is wanted of it, also what is known to be wanted only once it comes', async () => {
    const series = (await open({ memoryBytes: 0 })).create<string, string>('key', OWNER);
    const wanted = new Map([
      ['A', 5],
      ['B', 0],
      ['C', 300_000],
    ]);
    const reading = readAll(series.reader((info) => wanted.get(info) ?? Infinity));
    const bytes = pattern(700_000, 4);
    for (const info of ['A', 'B', 'C', 'D']) {
      const writer = series.begin({ id: info, info });
      for (let at = 0; at < bytes.length; at += 70_000) {
        if (info === 'D') wanted.set('D', 20_000);
        writer.write(bytes.subarray(at, at + 70_000));
        await turn();
      }
      writer.end();
    }
    series.settle('done');
    const first = (length: number): string => digest(bytes.subarray(0, length));
    expect(await reading).toEqual({
      whole: [
        { id: 'A', digest: first(5) },
        { id: 'B', digest: first(0) },
        { id: 'C', digest: first(300_000) },
        { id: 'D', digest: first(20_000) },
      ],
      half: undefined,
      end: 'settled done',
    });
  });

  it('keeps an object that is sent twice once', async () => {
    const series = (await open()).create<string, string>('key', OWNER);
    for (const text of ['one', 'two']) {
      const writer = series.begin({ id: 'a', info: '' });
      writer.write(Buffer.from(text));
      expect(writer.end()).toBe(true);
    }
    series.settle('done');
    expect((await readAll(series.reader())).whole).toEqual([{ id: 'a', digest: digest(Buffer.from('one')) }]);
  });

  it('is an error to create twice under one key', async () => {
    const spool = await open();
    spool.create('key', OWNER);
    expect(() => spool.create('key', OWNER)).toThrow(RangeError);
  });
});

describe('an object that is broken off', () => {
  const bytes = pattern(900_000, 3);

  async function broken(kept: number) {
    const spool = await open({ memoryBytes: 0 });
    const series = spool.create<string, string>('key', OWNER);
    const inside = readAll(series.reader());
    const writer = series.begin({ id: 'a', info: '' });
    writer.write(bytes.subarray(0, kept));
    await turn();
    await turn();
    writer.breakOff();
    const other = series.begin({ id: 'b', info: '' });
    other.write(Buffer.from('b'));
    other.end();
    return { series, inside };
  }
  const whole = { id: 'a', digest: digest(bytes) };
  const b = { id: 'b', digest: digest(Buffer.from('b')) };

  it('goes on for its readers when it comes again the same', async () => {
    const { series, inside } = await broken(600_000);
    const again = series.begin({ id: 'a', info: '' });
    for (let at = 0; at < bytes.length; at += 50_000) {
      again.write(bytes.subarray(at, at + 50_000));
      await turn();
    }
    again.end();
    series.settle('done');
    expect(await inside).toEqual({ whole: [whole, b], half: undefined, end: 'settled done' });
    expect(await readAll(series.reader())).toEqual({ whole: [b, whole], half: undefined, end: 'settled done' });
  });

  it('ends its readers when it comes again otherwise, and only them', async () => {
    const { series, inside } = await broken(600_000);
    const otherwise = Buffer.from(bytes);
    otherwise[599_999] = (otherwise[599_999] ?? 0) ^ 1;
    const again = series.begin({ id: 'a', info: '' });
    again.write(otherwise);
    again.end();
    expect(await inside).toMatchObject({ whole: [], half: { id: 'a', length: 600_000 }, end: 'truncated' });
    series.settle('done');
    expect((await readAll(series.reader())).whole).toEqual([b, { id: 'a', digest: digest(otherwise) }]);
  });

  it('ends its readers when the series is settled without it; the others are told by the outcome', async () => {
    const { series, inside } = await broken(1000);
    series.settle('incomplete');
    expect(await inside).toMatchObject({ whole: [], half: { id: 'a', length: 1000 }, end: 'truncated' });
    expect(await readAll(series.reader())).toEqual({ whole: [b], half: undefined, end: 'settled incomplete' });
  });

  it('may break again before it has caught up, and again after', async () => {
    const { series, inside } = await broken(600_000);
    for (const length of [1000, 700_000, 900_000]) {
      const again = series.begin({ id: 'a', info: '' });
      again.write(bytes.subarray(0, length));
      await turn();
      if (length < bytes.length) again.breakOff();
      else again.end();
    }
    series.settle('done');
    expect(await inside).toMatchObject({ whole: [whole, b], end: 'settled done' });
  });
});

it('random series read as they were written, whatever the order, the breaks and the pace', async () => {
  let state = 20261123;
  const random = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 0x1_0000_0000) * below);
  };
  for (let round = 0; round < 12; round++) {
    const spool = await open({ memoryBytes: random(3) * 200_000 });
    const series = spool.create<string, string>('key', OWNER);
    const objects = Array.from({ length: 1 + random(12) }, (_, index) =>
      pattern(random(5) === 0 ? 0 : random(800_000), round * 100 + index),
    );
    const readers: Promise<Given>[] = [];
    const join = (): void => {
      const slow = random(3);
      readers.push(readAll(series.reader(), async () => (slow === 0 ? undefined : turn())));
    };
    join();
    const send = async (bytes: Buffer, id: string): Promise<void> => {
      for (let attempt = 0; ; attempt++) {
        const writer = series.begin({ id, info: '' });
        const upTo = attempt < 2 && random(4) === 0 ? random(bytes.length + 1) : bytes.length;
        for (let at = 0; at < upTo;) {
          const size = 1 + random(150_000);
          writer.write(bytes.subarray(at, Math.min(at + size, upTo)));
          at += size;
          await turn();
        }
        if (upTo === bytes.length && attempt > 0) {
          writer.end();
          return;
        }
        if (upTo === bytes.length) return void writer.end();
        writer.breakOff();
      }
    };
    // Two associations at once.
    const queue = [...objects.entries()];
    const association = async (): Promise<void> => {
      for (let next = queue.shift(); next; next = queue.shift()) {
        await send(next[1], `object-${next[0]}`);
        if (random(4) === 0) join();
      }
    };
    await Promise.all([association(), association()]);
    series.settle('done');
    join();
    const expected = objects.map((bytes, index) => ({ id: `object-${index}`, digest: digest(bytes) }));
    for (const given of await Promise.all(readers)) {
      expect(given.end).toBe('settled done');
      expect(given.half).toBeUndefined();
      expect(given.whole.toSorted((a, b) => Number(a.id.slice(7)) - Number(b.id.slice(7)))).toEqual(expected);
    }
  }
});
