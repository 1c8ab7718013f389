import { readdirSync, readFileSync } from 'node:fs';

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
    const parent = parentOf(Number(entry));
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

/** `proc(5)`: fields after the parenthesised name are state, then parent. */
function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined; // ended meanwhile
  }
}

/**
 * SIGKILL to a process and all its descendants at once: the parent is frozen first, so it can neither start new ones
 * nor tidy up after the ones that die. This is how a power cut looks to the files they leave.
 */
export function killTree(pid: number): void {
  signal(pid, 'SIGSTOP');
  const all = [pid, ...descendantsOf(pid)];
  for (const each of all) signal(each, 'SIGKILL');
}
