import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LIMITS } from './dmp-rules.js';

export interface ToolResult {
  readonly exitCode: number;
  /** stdout then stderr, at most 64 KiB. It may quote the documents: for decisions, not for answers. */
  readonly output: string;
}

export type Tool = 'xmlsec1' | 'xmllint' | 'dump2dcm';

const OUTPUT_LIMIT = 64 * 1024;

/**
 * Runs a program on files in a private temporary directory, without a shell; at most LIMITS.toolProcesses at a time.
 * `args` receives the directory. Throws when the program is not installed or does not end in LIMITS.toolSeconds.
 */
export const runTool = async (
  tool: Tool,
  files: Readonly<Record<string, string | Buffer>>,
  args: (dir: string) => readonly string[],
  collect: (dir: string) => Promise<void> = () => Promise.resolve(),
): Promise<ToolResult> => {
  const dir = await mkdtemp(join(tmpdir(), 'sandbox-dmp-'));
  await enter();
  try {
    for (const [name, content] of Object.entries(files)) await writeFile(join(dir, name), content, { mode: 0o600 });
    const result = await execute(tool, args(dir));
    await collect(dir);
    return result;
  } finally {
    leave();
    await rm(dir, { recursive: true, force: true });
  }
};

const execute = (tool: Tool, args: readonly string[]): Promise<ToolResult> =>
  new Promise((resolve, reject) => {
    const child = spawn(tool, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: LIMITS.toolSeconds * 1000 });
    let output = '';
    const keep = (chunk: Buffer): void => {
      if (output.length < OUTPUT_LIMIT) output += chunk.toString('latin1');
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', reject);
    child.on('close', (exitCode, signal) =>
      exitCode === null ? reject(new Error(`${tool} ended by ${signal}`)) : resolve({ exitCode, output }),
    );
  });

let running = 0;
const waiting: (() => void)[] = [];

const enter = async (): Promise<void> => {
  if (running < LIMITS.toolProcesses) running += 1;
  else await new Promise<void>((resolve) => waiting.push(resolve)); // the slot of the one that leaves
};

const leave = (): void => {
  const next = waiting.shift();
  if (next === undefined) running -= 1;
  else next();
};
