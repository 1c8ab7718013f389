import { writevSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { RecordCipher } from './record-cipher.js';
import { type SealingAnswer, type SealingJob, type SealingSetup, SLOT_BYTES } from './sealing-job.js';

/** The thread of sealing-thread.ts: seals what lies in a slot and appends it to a file that the other side keeps open. */
const { slots, key } = workerData as SealingSetup;
const cipher = new RecordCipher(Buffer.from(key));

parentPort?.on('message', (job: SealingJob) => {
  const answer: SealingAnswer = { slot: job.slot, written: seal(job) };
  parentPort?.postMessage(answer, []);
});

function seal({ slot, fd, position, records }: SealingJob): boolean {
  let at = slot * SLOT_BYTES;
  const parts: Buffer[] = [];
  for (const { number, length } of records) {
    parts.push(...cipher.seal(number, Buffer.from(slots, at, length)));
    at += length;
  }
  try {
    return writevSync(fd, parts, position) === parts.reduce((sum, part) => sum + part.length, 0);
  } catch {
    return false; // the disk is full, or gone
  }
}
