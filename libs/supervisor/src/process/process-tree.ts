import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** Signals one process (or, negative, one group); one that has already ended is no fault. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    const ended = typeof error === 'object' && error !== null && 'code' in error && error.code === 'ESRCH';
    if (!ended) throw error;
  }
}

/** Process ids of all descendants of `pid`, read from /proc. */
export function descendantsOf(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync('/proc')) {
    if (!/^[0-9]+$/.test(entry)) continue;
    const parent = statusOf(Number(entry))?.parent;
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
  }
  const found: number[] = [];
  const visit = (parent: number): void => {
    for (const child of children.get(parent) ?? []) {
      found.push(child);
      visit(child);
    }
  };
  visit(pid);
  return found;
}

/** Has not ended; a zombie nobody has reaped yet has. */
export function runs(pid: number): boolean {
  const found = statusOf(pid);
  return found !== undefined && found.state !== 'Z';
}

/** `proc(5)`: fields after the parenthesised name are state, then parent. Undefined when there is no such process. */
function statusOf(pid: number): { state: string; parent: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state = '', parent = ''] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state, parent: Number(parent) };
  } catch {
    return undefined;
  }
}

const DYING_POLL_MS = 5;
const DYING_LIMIT_MS = 5000;

/**
 * SIGKILL to a process and all its descendants at once: the parent is frozen first, so it can neither start new ones
 * nor tidy up after the ones that die. This is how a power cut looks to the files they leave. Settles when all have ended.
 */
export async function killTree(pid: number): Promise<void> {
  signal(pid, 'SIGSTOP');
  const all = [pid, ...descendantsOf(pid)];
  for (const each of all) signal(each, 'SIGKILL');
  const deadline = Date.now() + DYING_LIMIT_MS;
  while (all.some(runs) && Date.now() < deadline) await delay(DYING_POLL_MS);
}
