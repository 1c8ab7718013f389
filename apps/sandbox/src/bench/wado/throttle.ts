import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { startProcess } from '@drimbox/supervisor';
import { z } from 'zod';

/** A wire of 1 Gb/s. */
export const GIGABIT = 1e9;

const Ready = z.object({ port: z.number() });

/** A relay to a port of the loopback, as a process of its own, that lets so many bits a second through each way. */
export async function startThrottle(
  dir: string,
  name: string,
  target: number,
  started: (part: { stop(): Promise<unknown> }) => void,
): Promise<number> {
  const relay = await startProcess({
    name: `relay to ${name}`,
    command: process.execPath,
    args: [fileURLToPath(new URL('throttle.main.js', import.meta.url)), String(target), String(GIGABIT)],
    logFile: join(dir, `relay-${name}.log`),
    ready: { jsonLine: true },
  });
  started(relay);
  return Ready.parse(relay.ready).port;
}
