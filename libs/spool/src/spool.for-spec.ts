import { createCipheriv, createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SeriesReader, Spooled } from './spool-contract.js';
import { Spool, type SpoolOptions } from './spool.js';

export const MEBIBYTE = 1024 * 1024;
export const OWNER = { id: 'site', maxBytes: 1024 * MEBIBYTE };

/** Spools of one spec file, each in a folder of its own; closed after each test, gone after the last. */
export function spools(): { directory: string; open(options?: Partial<SpoolOptions>): Promise<Spool> } {
  const directory = mkdtempSync(join(tmpdir(), 'drimbox-spool-'));
  const opened: Spool[] = [];
  afterEach(async () => {
    for (const spool of opened.splice(0)) await spool.close();
  });
  afterAll(() => rmSync(directory, { recursive: true }));
  return {
    directory,
    open: async (options = {}) => {
      const spool = await Spool.open({
        directory: join(directory, String(Math.random()).slice(2)),
        maxBytes: 1024 * MEBIBYTE,
        floorBytesPerSecond: 0,
        floorGraceSeconds: 1,
        keepSeconds: 60,
        ...options,
      });
      opened.push(spool);
      return spool;
    },
  };
}

export type Item = Spooled<string, string>;

/** What a reader was given: whole objects as id and digest, the half one at its end, and how it ended. */
export interface Given {
  readonly whole: { readonly id: string; readonly digest: string }[];
  half: { readonly id: string; readonly length: number } | undefined;
  end: string;
}

/** One item after the other. */
export async function* itemsOf(reader: SeriesReader<string, string>): AsyncGenerator<Item, void> {
  for await (const items of reader) yield* items;
}

export const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

export async function readAll(
  reader: SeriesReader<string, string>,
  pause: () => Promise<void> = async () => undefined,
): Promise<Given> {
  const given: Given = { whole: [], half: undefined, end: 'nothing' };
  let current: { id: string; parts: Buffer[] } | undefined;
  for await (const item of itemsOf(reader)) {
    await pause();
    if (item.type === 'object') current = { id: item.object.id, parts: [] };
    else if (item.type === 'bytes') current?.parts.push(item.bytes);
    else if (item.type === 'end') {
      given.whole.push({ id: current?.id ?? '', digest: digest(Buffer.concat(current?.parts ?? [])) });
      current = undefined;
    } else given.end = item.type === 'settled' ? `settled ${item.outcome}` : item.type;
  }
  if (current) given.half = { id: current.id, length: Buffer.concat(current.parts).length };
  return given;
}

export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
/** Bytes that no other seed gives. */
export const pattern = (length: number, seed: number): Buffer => {
  const key = Buffer.alloc(16);
  key.writeUInt32BE(seed);
  return createCipheriv('aes-128-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(length));
};
