import { statSync } from 'node:fs';

export interface FileWatch {
  close(): void;
}

/** Often enough to feel immediate, rare enough to cost nothing. */
export const WATCH_MILLISECONDS = 1_000;

/**
 * Calls `changed` after any of the files was replaced, created or removed and then stayed still for one interval.
 * Polls, because a mounted Kubernetes secret is a symbolic link swapped under us, which `fs.watch` misses.
 * @param files the paths to look at now: a function, since a folder's content changes.
 */
export function watchFiles(files: () => string[], changed: () => void, milliseconds = WATCH_MILLISECONDS): FileWatch {
  let known = fingerprint(files());
  let last = known;
  const timer = setInterval(() => {
    const seen = fingerprint(files());
    if (seen !== known && seen === last) {
      known = seen;
      changed();
    }
    last = seen;
  }, milliseconds).unref();
  return { close: () => clearInterval(timer) };
}

function fingerprint(files: string[]): string {
  return files
    .map((file) => {
      const stat = statSync(file, { throwIfNoEntry: false });
      return stat ? `${file}:${stat.ino}:${stat.size}:${stat.mtimeMs}` : `${file}:absent`;
    })
    .join('\n');
}
