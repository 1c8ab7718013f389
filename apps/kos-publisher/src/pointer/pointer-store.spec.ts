import { setTimeout as sleep } from 'node:timers/promises';
import { type OpenSqlStore, sqlPointerStore } from '../testing/sql-store.for-spec.js';
import { MemoryPointerStore } from './memory-pointer-store.js';
import { pointerStoreContract } from './pointer-store.contract.js';

/** Something that a test waits for and lets happen. */
function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open: () => open() };
}

describe('the pointers in memory', () =>
  pointerStoreContract((lateSeconds) => new MemoryPointerStore(lateSeconds * 1000)));

describe('the pointers in PostgreSQL', () => {
  let opened: OpenSqlStore;
  beforeAll(async () => {
    opened = await sqlPointerStore();
  });
  afterAll(() => opened?.close());

  pointerStoreContract((lateSeconds) => opened.storeWith(lateSeconds));

  it('serialises two transactions on one exam: the second reads what the first wrote', async () => {
    const { store } = opened;
    const key = { site: 'serial', study: '1.2.250.1.9.1', pacsLink: 'pacs-a' };
    const told: string[] = [];
    const letGo = gate();
    const locked = gate();
    const first = store.transaction(async (tx) => {
      const exam = await tx.lockExam(key);
      locked.open();
      await letGo.opened;
      await tx.saveExam(exam, { ...exam, version: 1 });
      told.push('first saved');
    });
    await locked.opened;
    const second = store.transaction(async (tx) => {
      const exam = await tx.lockExam(key);
      told.push(`second reads version ${exam.version}`);
    });
    await sleep(100);
    letGo.open();
    await Promise.all([first, second]);
    expect(told).toEqual(['first saved', 'second reads version 1']);
  });

  it('serialises what touches one of the same reports', async () => {
    const { store } = opened;
    const told: string[] = [];
    const letGo = gate();
    const locked = gate();
    const first = store.transaction(async (tx) => {
      await tx.lockReports(['a', 'b']);
      locked.open();
      await letGo.opened;
      told.push('first');
    });
    await locked.opened;
    const second = store.transaction(async (tx) => {
      await tx.lockReports(['b', 'c']);
      told.push('second');
    });
    await store.transaction(async (tx) => {
      await tx.lockReports(['d']);
      told.push('other');
    });
    letGo.open();
    await Promise.all([first, second]);
    expect(told).toEqual(['other', 'first', 'second']);
  });
});
