import { readdirSync, readFileSync } from 'node:fs';

/** Memory of a Chromium by kind of process, in MB: Pss, so that shared pages count once. `profile` is in its command line. */
export function chromiumMemory(profile: string): Record<string, number> {
  const memory: Record<string, number> = {};
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      if (!isOf(pid, command, profile)) continue;
      const kind = /--type=([a-z-]+)/.exec(command)?.[1] ?? 'browser';
      const pss = /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1];
      memory[kind] = (memory[kind] ?? 0) + Number(pss ?? 0) / 1000;
    } catch {
      // The process has ended meanwhile.
    }
  }
  return Object.fromEntries(Object.entries(memory).map(([kind, megabytes]) => [kind, Math.round(megabytes)]));
}

/** Renderers do not name the profile; their ancestors do. */
function isOf(pid: string, command: string, profile: string): boolean {
  if (!command.includes('chromium')) return false;
  for (let at = pid, depth = 0; at !== '1' && at !== '0' && depth < 6; depth += 1) {
    if (readFileSync(`/proc/${at}/cmdline`, 'utf8').includes(profile)) return true;
    at = /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${at}/status`, 'utf8'))?.[1] ?? '0';
  }
  return false;
}
