import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { mkdir, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const STEPS_BYTES = [1024 * 1024, 4096];

const tmpfs = (dir: string, megabytes: number): string[] => ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', dir];

/** May this process mount? Root of a machine may, root of a container often not. */
export function mayMount(): boolean {
  const dir = mkdtempSync(join(tmpdir(), 'drimbox-mount-'));
  try {
    if (spawnSync('mount', tmpfs(dir, 1)).status !== 0) return false;
    return spawnSync('umount', [dir]).status === 0;
  } finally {
    rmdirSync(dir);
  }
}

/** A file system of a few megabytes in memory, that a test can fill. */
export class SmallDisk {
  private constructor(private readonly dir: string) {}

  /** @throws where `mayMount` is false. */
  static async mount(dir: string, megabytes: number): Promise<SmallDisk> {
    await mkdir(dir, { recursive: true });
    await run('mount', tmpfs(dir, megabytes));
    return new SmallDisk(dir);
  }

  /** Leaves no byte free. */
  async fill(): Promise<void> {
    const file = await open(this.filler, 'a');
    try {
      for (const step of STEPS_BYTES) await writeUntilFull(file, Buffer.alloc(step));
    } finally {
      await file.close();
    }
  }

  async free(): Promise<void> {
    await rm(this.filler, { force: true });
  }

  async unmount(): Promise<void> {
    await run('umount', ['--lazy', this.dir]);
  }

  private get filler(): string {
    return join(this.dir, 'filler');
  }
}

async function writeUntilFull(file: Awaited<ReturnType<typeof open>>, step: Buffer): Promise<void> {
  for (;;) {
    try {
      await file.appendFile(step);
    } catch (error) {
      // Not `instanceof`: jest runs this file in another realm than the error's.
      if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOSPC') return;
      throw error;
    }
  }
}
