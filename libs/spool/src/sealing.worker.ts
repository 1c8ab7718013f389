import { writevSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { RecordCipher } from './record-cipher.js';
import { type SealingAnswer, type SealingJob, type SealingSetup, type SlotRecord } from './sealing-job.js';

/** The thread of sealing-thread.ts: seals what lies in a slot and appends it to a file that the other side keeps open. */
const { slots, key } = workerData as SealingSetup;
const cipher = new RecordCipher(Buffer.from(key));

parentPort?.on('message', (job: SealingJob) => {
  const answer: SealingAnswer = { slot: job.slot, written: seal(job) };
  parentPort?.postMessage(answer, []);
});

function seal({ fd, position, records }: SealingJob): boolean {
  const sealed = records.flatMap(({ number, parts }) => cipher.seal(number, plainOf(parts)));
  try {
    return writevSync(fd, sealed, position) === sealed.reduce((sum, part) => sum + part.length, 0);
  } catch {
    return false; // the disk is full, or gone
  }
}

function plainOf(parts: SlotRecord['parts']): Buffer[] {
  const plain: Buffer[] = [];
  for (let at = 0; at < parts.length; at += 2) plain.push(Buffer.from(slots, parts[at], parts[at + 1]));
  return plain;
}
