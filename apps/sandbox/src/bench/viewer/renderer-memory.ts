import { readdirSync, readFileSync } from 'node:fs';

const KINDS = new Set(['renderer', 'gpu-process']);

/**
 * Memory of the renderers and of the GPU process below a browser, in MB (10⁶ bytes). Pss (proc(5), smaps_rollup): a page shared by n
 * processes counts as 1/n in each.
 */
export function renderingMegabytes(browser: number): number {
  const parents = new Map<number, number>();
  for (const entry of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const parent = /^PPid:\s+(\d+)/m.exec(text(entry, 'status'))?.[1];
    if (parent !== undefined) parents.set(Number(entry), Number(parent));
  }
  let kibibytes = 0;
  for (const pid of parents.keys()) {
    if (!isBelow(pid, browser, parents)) continue;
    const kind = /--type=([a-z-]+)/.exec(text(pid, 'cmdline'))?.[1];
    if (kind !== undefined && KINDS.has(kind))
      kibibytes += Number(/^Pss:\s+(\d+)/m.exec(text(pid, 'smaps_rollup'))?.[1] ?? 0);
  }
  return Math.round((kibibytes * 1024) / 1e6);
}

function isBelow(pid: number, ancestor: number, parents: ReadonlyMap<number, number>): boolean {
  for (let at = parents.get(pid) ?? 0; at > 1; at = parents.get(at) ?? 0) if (at === ancestor) return true;
  return false;
}

/** Empty once the process has ended. */
function text(pid: number | string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
