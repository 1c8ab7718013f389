import { type ChildProcess, spawn } from 'node:child_process';
import { Socket } from 'node:net';
import type { Writable } from 'node:stream';

/**
 * A shell in its own session that reads on its stdin which process groups this process owns. The pipe closes when this
 * process ends, in whatever way (SIGKILL too), and the guard then stops what is left: first gently, then by SIGKILL.
 */
const GUARD = `
trap '' HUP INT TERM
owned=
while read -r verb entry; do
  others=
  for each in $owned; do [ "$each" = "$entry" ] || others="$others $each"; done
  owned=$others
  [ "$verb" = own ] && owned="$owned $entry"
done
for each in $owned; do kill -s "\${each%%:*}" -- "-\${each#*:}"; done
for tick in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  alive=
  for each in $owned; do kill -s 0 -- "-\${each#*:}" && alive=yes; done
  [ -z "$alive" ] && exit 0
  sleep 0.2
done
for each in $owned; do kill -s KILL -- "-\${each#*:}"; done
`;

let guard: { process: ChildProcess; stdin: Writable } | undefined;

function guardInput(): Writable {
  if (guard === undefined || guard.process.exitCode !== null || guard.process.signalCode !== null) {
    const process = spawn('/bin/sh', ['-c', GUARD], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
    process.unref();
    process.stdin.on('error', () => undefined); // a guard killed by hand guards nothing more; the owner goes on
    if (process.stdin instanceof Socket) process.stdin.unref();
    guard = { process, stdin: process.stdin };
  }
  return guard.stdin;
}

/** From now on the process group `pgid` does not outlive this process; `signal` asks it to end. */
export const guardGroup = (pgid: number, signal: NodeJS.Signals): void => {
  guardInput().write(`own ${signal.slice('SIG'.length)}:${pgid}\n`);
};

/** The group has ended: its number may be given to strangers, so the guard must forget it. */
export const forgetGroup = (pgid: number, signal: NodeJS.Signals): void => {
  guardInput().write(`forget ${signal.slice('SIG'.length)}:${pgid}\n`);
};
