import { open, readFile, truncate } from 'node:fs/promises';
import type { RegisteredEntry } from './registry.js';

/** Registered submissions as JSON lines, so that a DMP that is started again keeps its documents. */
export class Journal {
  private last: Promise<void> = Promise.resolve();

  constructor(private readonly path: string) {}

  /** Submissions in order. A last line cut by a crash was never answered: it is left out. */
  async read(): Promise<RegisteredEntry[][]> {
    const text = await readFile(this.path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    if (whole.length < text.length) await truncate(this.path, Buffer.byteLength(whole));
    return whole
      .split('\n')
      .filter((line) => line !== '')
      .map((line) =>
        (JSON.parse(line) as (Omit<RegisteredEntry, 'document'> & { document: string })[]).map((entry) => ({
          ...entry,
          document: Buffer.from(entry.document, 'base64'),
        })),
      );
  }

  /** Durable when the promise is kept. */
  append(entries: readonly RegisteredEntry[]): Promise<void> {
    const line = JSON.stringify(entries.map((entry) => ({ ...entry, document: entry.document.toString('base64') })));
    return this.next(async () => {
      const file = await open(this.path, 'a', 0o600);
      try {
        await file.appendFile(`${line}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
    });
  }

  clear(): Promise<void> {
    return this.next(async () => {
      const file = await open(this.path, 'w', 0o600);
      await file.close();
    });
  }

  /** One write at a time, in order; a failed one does not hold the next. */
  private next(write: () => Promise<void>): Promise<void> {
    const result = this.last.then(write);
    this.last = result.catch(() => undefined);
    return result;
  }
}
