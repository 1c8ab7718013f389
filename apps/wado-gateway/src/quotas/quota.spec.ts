import { Quota, type Taken } from './quota.js';

let at: number;
const quota = (over: Partial<ConstructorParameters<typeof Quota>[0]> = {}): Quota =>
  new Quota({ concurrent: 2, perSecond: 10, burst: 5, ...over }, () => at);
beforeEach(() => {
  at = 0;
});
const release = (taken: Taken): void => {
  if (!('release' in taken)) throw new Error('no turn was given');
  taken.release();
};

it('gives no more turns at once than allowed, to each holder apart', () => {
  const turns = quota();
  const first = turns.take('a');
  release(turns.take('a'));
  expect(turns.take('a').turn.ok).toBe(true);
  expect(turns.take('a').turn).toEqual({ ok: false, retrySeconds: 2 });
  expect(turns.take('b').turn.ok).toBe(true);
  release(first);
  expect(turns.take('a').turn.ok).toBe(true);
});

it('a turn released twice frees one place only', () => {
  const turns = quota({ concurrent: 1 });
  const first = turns.take('a');
  release(first);
  release(first);
  expect(turns.take('a').turn.ok).toBe(true);
  expect(turns.take('a').turn.ok).toBe(false);
});

it('lets requests come at its pace after the burst, and says when to come back', () => {
  const turns = quota({ concurrent: 100, perSecond: 0.5, burst: 2 });
  expect([turns.take('a'), turns.take('a')].map(({ turn }) => turn.ok)).toEqual([true, true]);
  expect(turns.take('a').turn).toEqual({ ok: false, retrySeconds: 2 });
  at = 1999;
  expect(turns.take('a').turn.ok).toBe(false);
  at = 2001;
  expect(turns.take('a').turn.ok).toBe(true);
});

it('forgets idle holders, never one that runs or has spent its burst', () => {
  const turns = quota({ concurrent: 1, burst: 1, perSecond: 1 });
  turns.take('running');
  for (let n = 0; n < 10_001; n++) {
    at = n;
    release(turns.take(`holder-${n}`));
  }
  expect(turns.take('running').turn.ok).toBe(false);
});
