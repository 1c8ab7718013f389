import { open, readFile, truncate } from 'node:fs/promises';
import type { RegisteredEntry } from './registered-entry.js';

/** One change of the registry: the entries as they are after it. */
export interface Change {
  /** Absent when the change came from no submission. */
  readonly submissionSetUniqueId?: string;
  readonly entries: readonly RegisteredEntry[];
}

interface Line extends Omit<Change, 'entries'> {
  readonly entries: readonly (Omit<RegisteredEntry, 'document'> & { /** Base64. */ readonly document: string })[];
}

/** Changes as JSON lines, so that a DMP that is started again keeps its documents. One write at a time. */
export class Journal {
  constructor(private readonly path: string) {}

  /** Changes in order. A last line cut by a crash was never answered: it is left out. */
  async read(): Promise<Change[]> {
    const text = await readFile(this.path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    if (whole.length < text.length) await truncate(this.path, Buffer.byteLength(whole));
    return whole
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const change = JSON.parse(line) as Line;
        const entries = change.entries.map((entry) => ({ ...entry, document: Buffer.from(entry.document, 'base64') }));
        return { ...change, entries };
      });
  }

  /** Durable when the promise is kept. */
  async append(change: Change): Promise<void> {
    const entries = change.entries.map((entry) => ({ ...entry, document: entry.document.toString('base64') }));
    const line: Line = { ...change, entries };
    const file = await open(this.path, 'a', 0o600);
    try {
      await file.appendFile(`${JSON.stringify(line)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
  }

  async clear(): Promise<void> {
    const file = await open(this.path, 'w', 0o600);
    await file.close();
  }
}
