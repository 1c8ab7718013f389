import { readdirSync, readFileSync } from 'node:fs';

/** USER_HZ: proc(5) counts in hundredths of a second on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

interface ProcessTime {
  readonly parent: number;
  /** Its own, and that of its children that have ended. */
  readonly ticks: number;
}

/** CPU seconds, user and system, that a process and all its descendants have used; ended ones count in their parent. */
export function cpuSeconds(pid: number): number {
  const times = new Map<number, ProcessTime>();
  for (const entry of readdirSync('/proc')) {
    const time = /^[0-9]+$/.test(entry) ? timeOf(Number(entry)) : undefined;
    if (time) times.set(Number(entry), time);
  }
  const belongs = (candidate: number): boolean => {
    for (let at = candidate; at > 1; at = times.get(at)?.parent ?? 0) if (at === pid) return true;
    return false;
  };
  let ticks = 0;
  for (const [candidate, time] of times) if (belongs(candidate)) ticks += time.ticks;
  return ticks / TICKS_PER_SECOND;
}

/** proc(5): after the parenthesised name, field 2 is the parent, 12–15 are utime, stime, cutime, cstime. */
function timeOf(pid: number): ProcessTime | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = fields.slice(11, 15).reduce((sum, value) => sum + Number(value), 0);
    return { parent: Number(fields[1]), ticks };
  } catch {
    return undefined; // ended meanwhile
  }
}
