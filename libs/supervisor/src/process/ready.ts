import { acceptsTcp, answersHttp } from '../network/probe.js';
import { LineReader } from './log-file.js';

/**
 * How a process shows that it is ready: a JSON object with `"ready": true` alone on a line of its output, a TCP port of
 * the loopback that accepts, an address that answers 2xx, or a check of one's own.
 */
export type ReadyCheck = { jsonLine: true } | { tcp: number } | { url: string } | { check: () => Promise<boolean> };

export type ReadyLine = Readonly<Record<string, unknown>>;

/** Asks once; `undefined` while not ready, the parsed line (or an empty object) when ready. */
export function readyProbe(ready: ReadyCheck, logFile: string, logStart: number): () => Promise<ReadyLine | undefined> {
  if ('tcp' in ready) return async () => ((await acceptsTcp(ready.tcp)) ? {} : undefined);
  if ('url' in ready) return async () => ((await answersHttp(ready.url)) ? {} : undefined);
  if ('check' in ready) return async () => ((await ready.check()) ? {} : undefined);
  const reader = new LineReader(logFile, logStart);
  return () => {
    for (const line of reader.next()) {
      const parsed = readyLine(line);
      if (parsed !== undefined) return Promise.resolve(parsed);
    }
    return Promise.resolve(undefined);
  };
}

function readyLine(line: string): ReadyLine | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    const isReady = typeof value === 'object' && value !== null && 'ready' in value && value.ready === true;
    return isReady ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
