import net from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { echo } from '../client.js';
import { listenDicom } from '../scp/listen.js';
import { mutated, seededRandom } from '../testing/random.js';
import { TransferSyntax } from '../uids.js';
import { ASSOCIATE_REQUEST, REQUESTOR } from './targets.js';

export interface ListenerReport {
  readonly connections: number;
  readonly byManner: Readonly<Record<Manner, number>>;
  /** Longest time until the listener had closed a connection. */
  readonly longestMilliseconds: number;
  readonly faults: readonly string[];
}

/**
 * What a hostile or broken peer does: `mutated` a changed conversation; `half-open` a part of it, then silence; `drip` a
 * byte now and then, never a whole request; `length` a PDU that says to be longer than anything.
 */
const MANNERS = ['mutated', 'half-open', 'drip', 'length'] as const;
type Manner = (typeof MANNERS)[number];

const TIMERS = { artim: 400, idle: 400 };
/** Timers, the second a peer has to read our A-ABORT, and a busy machine. */
const CLOSED_WITHIN = 10_000;
const AT_ONCE = 8;
const DRIP_MS = 40;
const CT = '1.2.840.10008.5.1.4.1.1.2';

/** Opens connections to a real listener and misbehaves on each; afterwards it must be alive, and alone. */
export async function fuzzListener(seed: number, connections: number): Promise<ListenerReport> {
  const faults: string[] = [];
  const byManner = { mutated: 0, 'half-open': 0, drip: 0, length: 0 };
  let longestMilliseconds = 0;
  const listener = await listenDicom({
    host: '127.0.0.1',
    port: 0,
    timers: TIMERS,
    limits: { maxObjectBytes: 1_048_576 },
    admit: () => ({ ok: true, sopClasses: new Set([CT]), transferSyntaxes: [TransferSyntax.ExplicitLittleEndian] }),
    store: () => ({ write: () => true, end: () => 0, fail: () => undefined }),
    onEvent: (event) => {
      if (event.type === 'fault') faults.push(`the listener: ${event.error instanceof Error ? event.error.stack : ''}`);
    },
  });
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let number = next++; number < connections; number = next++) {
      const random = seededRandom(Math.imul(seed ^ number, 0x85ebca6b) ^ number);
      const manner = MANNERS[random() < 0.7 ? 0 : Math.floor(random() * MANNERS.length)]!;
      byManner[manner] += 1;
      const milliseconds = await misbehave(listener.port, manner, random);
      longestMilliseconds = Math.max(longestMilliseconds, milliseconds);
      if (milliseconds >= CLOSED_WITHIN) faults.push(`connection ${number}, ${manner}: still open`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  const alive = await echo({ host: '127.0.0.1', port: listener.port, calledAe: 'DRIMBOX', callingAe: 'FUZZ' });
  if (!alive.ok) faults.push(`the listener answers no more: ${alive.failure.kind}`);
  if (listener.associations > 0) faults.push(`${listener.associations} associations are left`);
  await listener.close();
  return { connections, byManner, longestMilliseconds, faults };
}

/** Milliseconds until the listener has closed the connection. */
async function misbehave(port: number, manner: Manner, random: () => number): Promise<number> {
  const from = performance.now();
  const socket = net.connect({ host: '127.0.0.1', port, noDelay: true });
  socket.on('error', () => undefined).resume();
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const over = new AbortController();
  void closed.then(() => over.abort());
  if (manner === 'mutated') socket.end(mutated(REQUESTOR, random));
  else if (manner === 'half-open') socket.write(REQUESTOR.subarray(0, Math.floor(random() * (REQUESTOR.length - 10))));
  else if (manner === 'length') socket.write(lying(random));
  else await drip(socket, over.signal);
  const limit = delay(CLOSED_WITHIN, undefined, { signal: over.signal }).catch(() => undefined);
  await Promise.race([closed, limit]);
  socket.destroy();
  return performance.now() - from;
}

/** An association request, or a P-DATA-TF after it, of up to 4 GiB. */
function lying(random: () => number): Buffer {
  const type = random() < 0.5 ? 1 : 4;
  const head = Buffer.of(type, 0, 0xff, Math.floor(random() * 256), 0xff, 0xff, 0, 0, 0, 4, 1, 3);
  return type === 1 ? head : Buffer.concat([ASSOCIATE_REQUEST, head]);
}

async function drip(socket: net.Socket, over: AbortSignal): Promise<void> {
  for (let at = 0; at < ASSOCIATE_REQUEST.length - 1 && !over.aborted; at += 1) {
    socket.write(ASSOCIATE_REQUEST.subarray(at, at + 1));
    await delay(DRIP_MS, undefined, { signal: over }).catch(() => undefined);
  }
}
