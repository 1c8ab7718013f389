import { DrimError } from '@drimbox/contracts';
import { createService, eventually } from '@drimbox/testing';
import type { Settings } from '../config/settings.js';
import { ExamWorker } from './exam.worker.js';

const SETTINGS = {
  visibilityOfSet: 'most-restrictive' as const,
  retryPacsSeconds: [1],
  retryAbsentSeconds: [1],
  retryAbsentLimit: 1,
  retryDmpSeconds: [1],
  retryUnbuildableSeconds: [1],
} satisfies Partial<Settings>;

/** A worker whose one due exam meets that error; the exams it gives back. */
async function givenBackAfter(error: Error): Promise<string[]> {
  const due = ['exam-1'];
  const givenBack: string[] = [];
  let looks = 0;
  let stop: () => Promise<void> = () => Promise.resolve();
  const worker = createService(ExamWorker, [
    {
      due: () => {
        looks++;
        return Promise.resolve(due.splice(0));
      },
      giveBack: (ids) => {
        givenBack.push(...ids);
        return Promise.resolve();
      },
      nextDue: () => Promise.resolve(1),
    },
    { transaction: () => Promise.reject(error) },
    {},
    { ...SETTINGS, workers: 2, leaseSeconds: 150 },
    { onDrain: (_step, _name, drain) => void (stop = async () => void (await drain())) },
    { error: () => undefined },
  ]);
  worker.onApplicationBootstrap();
  await eventually(() => looks > 2);
  await stop();
  return givenBack;
}

it('gives an exam back before its lease ends when its step failed for a passing reason', async () => {
  expect(await givenBackAfter(new DrimError('DRIM-105'))).toEqual(['exam-1']);
});

it('leaves to the end of its lease an exam whose step failed for an unknown reason', async () => {
  expect(await givenBackAfter(new Error('a mistake of ours'))).toEqual([]);
});

it('renews the lease of an exam for as long as it is worked on', async () => {
  const renewed: string[] = [];
  const due = ['exam-1'];
  let stop: () => Promise<void> = () => Promise.resolve();
  let finish: (error: Error) => void = () => undefined;
  const worker = createService(ExamWorker, [
    {
      due: () => Promise.resolve(due.splice(0)),
      renew: (id) => Promise.resolve(void renewed.push(id)),
      nextDue: () => Promise.resolve(1),
    },
    { transaction: () => new Promise((_, reject) => (finish = reject)) },
    {},
    { ...SETTINGS, workers: 1, leaseSeconds: 0.03 },
    { onDrain: (_step, _name, drain) => void (stop = async () => void (await drain())) },
    { error: () => undefined },
  ]);
  worker.onApplicationBootstrap();
  await eventually(() => renewed.length > 2);
  finish(new Error('at last'));
  await stop();
  const count = renewed.length;
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(renewed).toEqual(Array.from({ length: count }, () => 'exam-1'));
});
