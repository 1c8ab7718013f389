import { type Failure, failure, PacsLink, type RetrieveOutcome } from '@drimbox/contracts';
import type { ObjectWriter } from '@drimbox/spool';
import type { Asker, Pulled, Puller } from './pull.js';
import type { ObjectReceiver } from './object-receiver.js';
import { Retrieval, type RetrievalResult } from './retrieval.js';
import type { SeriesInSpool } from './spooling-receiver.js';
import type { Wanted } from './wanted.js';

const link = PacsLink.parse({
  id: 'pacs',
  host: '127.0.0.1',
  port: 104,
  calledAe: 'PACS',
  callingAe: 'DRIMBOX',
  db: 'db1.example.fr',
  vi: 'vi1.example.fr',
  retrieveBy: 'get',
});
const WANTED = { study: '1.1', series: '1.1.1' };

/** One answer of the PACS: the objects it sends, and what it says. `half` breaks off. */
interface Answer {
  readonly sends?: readonly string[];
  readonly half?: readonly string[];
  readonly held?: number;
  readonly counts?: number;
  readonly failed?: readonly string[];
  readonly warned?: number;
  readonly failure?: Failure;
  readonly before?: () => void;
}

function scripted(answers: Answer[]): { puller: Puller; asked: Wanted[] } {
  const asked: Wanted[] = [];
  const pull = async (_link: PacsLink, wanted: Wanted, receiver: ObjectReceiver, asker: Asker): Promise<Pulled> => {
    asked.push(wanted);
    const answer = answers[asked.length - 1];
    if (!answer) throw new Error('asked once too often');
    answer.before?.();
    if (answer.counts !== undefined) asker.onExpected?.(answer.counts);
    for (const uid of [...(answer.sends ?? []), ...(answer.half ?? [])]) {
      const sink = receiver.begin(arrival(uid), () => undefined);
      sink?.headEnds(2);
      sink?.write(Buffer.from('image'));
      if (answer.half?.includes(uid)) sink?.breakOff();
      else sink?.end();
    }
    const failedInstances = answer.failed ?? [];
    return {
      failedInstances,
      failed: failedInstances.length,
      warned: answer.warned ?? 0,
      ...(answer.failure && { failure: answer.failure }),
      ...(answer.held !== undefined && { held: answer.held }),
    };
  };
  return { puller: { pull } as Puller, asked };
}

const arrival = (sopInstance: string) => ({
  ...WANTED,
  sopInstance,
  sopClass: '1.2.3',
  transferSyntax: '1.2.840.10008.1.2.1',
  modality: 'CT',
});

class FakeSeries implements SeriesInSpool {
  shortOf: SeriesInSpool['shortOf'];
  /** Objects that are kept before there is no room any more. */
  room = Infinity;
  outcome: RetrieveOutcome | undefined;
  whole = 0;
  bytes = 0;

  begin(): ObjectWriter {
    const writer = { length: 0, write: (bytes: Buffer) => (writer.length += bytes.length) > 0 };
    return {
      ...writer,
      get length() {
        return writer.length;
      },
      onDrain: () => undefined,
      end: () => (this.room -= 1) >= 0,
      breakOff: () => undefined,
    };
  }

  settle(outcome: RetrieveOutcome): void {
    this.outcome = outcome;
  }

  onReaders(): void {}
}

async function run(
  answers: Answer[],
  known?: number,
  series = new FakeSeries(),
): Promise<{ result: RetrievalResult; asked: Wanted[]; settled?: RetrieveOutcome }> {
  const { puller, asked } = scripted(answers);
  const retrieval = new Retrieval(puller, link, WANTED, { purpose: 'viewer', flow: 'test' }, series, known);
  const result = await retrieval.run();
  expect(series.outcome).toEqual(result.outcome);
  return { result, asked };
}

describe('a retrieval', () => {
  it('is complete when everything the PACS holds has come', async () => {
    const { result, asked } = await run([{ sends: ['1.9', '1.8'], held: 2 }]);
    expect(result).toMatchObject({
      outcome: { outcome: 'complete', received: 2, expected: 2 },
      retried: false,
      refused: 0,
    });
    expect(result.receiver.tally.objects).toEqual([
      {
        modality: 'CT',
        sopClass: '1.2.3',
        transferSyntax: '1.2.840.10008.1.2.1',
        instances: 2,
        bytes: 10,
        pixelBytes: 6,
      },
    ]);
    expect(asked).toEqual([WANTED]);
  });

  describe('whose images could not be kept', () => {
    it('says that the disk is full, and asks the PACS for nothing twice', async () => {
      const series = new FakeSeries();
      series.room = 1;
      const full = (): void => void (series.shortOf = 'disk');
      const { result, asked } = await run([{ before: full, sends: ['1.9', '1.8'], held: 2 }], undefined, series);
      expect(result.outcome).toEqual({ outcome: 'incomplete', code: 'DRIM-311', received: 1, expected: 2 });
      expect([asked.length, result.retried]).toEqual([1, false]);
    });

    it('says so too when the disk lost what had been counted', async () => {
      const series = new FakeSeries();
      series.shortOf = 'disk';
      const { result } = await run([{ sends: ['1.9'], held: 1 }], undefined, series);
      expect(result.outcome).toMatchObject({ outcome: 'incomplete', code: 'DRIM-311' });
    });

    it('says that the budget is full when the PACS gave up waiting, and nothing when all came late', async () => {
      const series = new FakeSeries();
      series.shortOf = 'budget';
      const gaveUp = { failure: failure('DRIM-301') };
      const { result } = await run([{ ...gaveUp, half: ['1.9'] }, gaveUp], 2, series);
      expect(result.outcome).toEqual({ outcome: 'failed', code: 'DRIM-311', received: 0, expected: 2 });
      const late = new FakeSeries();
      late.shortOf = 'budget';
      expect((await run([{ sends: ['1.9'], held: 1 }], 1, late)).result.outcome.outcome).toBe('complete');
    });
  });

  it('counts an object sent twice once', async () => {
    const { result } = await run([{ sends: ['1.9', '1.9'], held: 1 }]);
    expect(result.outcome).toEqual({ outcome: 'complete', received: 1, expected: 1 });
  });

  it.each<[string, Answer, number | undefined]>([
    ['the PACS holds more than it sent', { sends: ['1.9'], held: 2 }, undefined],
    ['it counted more than it sent', { sends: ['1.9'], counts: 2 }, undefined],
    ['the asker knows of more', { sends: ['1.9'], held: 1 }, 2],
    ['an object broke off', { sends: ['1.9'], half: ['1.8'] }, undefined],
    ['the association was lost', { sends: ['1.9'], failure: failure('DRIM-300') }, undefined],
    ['the PACS says that one failed', { sends: ['1.9'], failed: ['1.8'] }, undefined],
  ])('is asked once more, then incomplete: %s', async (_name, answer, known) => {
    const { result, asked } = await run([answer, answer], known);
    expect(result.outcome).toMatchObject({ outcome: 'incomplete', received: 1 });
    expect(result.retried).toBe(true);
    expect(asked).toHaveLength(2);
  });

  it('asks again for what failed only, when the rest is there', async () => {
    const { result, asked } = await run([
      { sends: ['1.9', '1.7'], failed: ['1.8'], counts: 3, held: 3 },
      { sends: ['1.8'], counts: 1 },
    ]);
    expect(asked[1]).toEqual({ ...WANTED, instances: ['1.8'] });
    expect(result).toMatchObject({ outcome: { outcome: 'complete', received: 3, expected: 3 }, retried: true });
  });

  it('asks again for everything when more is missing than is named', async () => {
    const { asked } = await run([
      { sends: ['1.9'], failed: ['1.8'], held: 3 },
      { sends: ['1.9', '1.8', '1.7'], held: 3 },
    ]);
    expect(asked[1]).toEqual(WANTED);
  });

  it('with a warning is asked again, and complete when nothing is missing', async () => {
    const { result, asked } = await run([
      { sends: ['1.9'], warned: 1, held: 1 },
      { sends: ['1.9'], warned: 1, held: 1 },
    ]);
    expect(asked).toHaveLength(2);
    expect(result.outcome).toEqual({ outcome: 'complete', received: 1, expected: 1 });
  });

  it('of nothing is not a success', async () => {
    const { result, asked } = await run([{ held: 0 }]);
    expect(result.outcome).toEqual({ outcome: 'failed', code: 'DRIM-307', received: 0, expected: 0 });
    expect(asked).toHaveLength(1);
  });

  it.each(['DRIM-305', 'DRIM-309', 'DRIM-310', 'DRIM-316'] as const)(
    'is not asked twice of a door that is closed: %s',
    async (code) => {
      const { result, asked } = await run([{ failure: failure(code) }]);
      expect(result.outcome).toEqual({ outcome: 'failed', code, received: 0 });
      expect(asked).toHaveLength(1);
    },
  );

  it('that nobody reads any more is cancelled, and not asked again', async () => {
    const { puller, asked } = scripted([{ sends: ['1.9'], held: 5, before: () => retrieval.cancel() }]);
    const series = new FakeSeries();
    const retrieval: Retrieval = new Retrieval(
      puller,
      link,
      WANTED,
      { purpose: 'viewer', flow: 'test' },
      series,
      undefined,
    );
    const result = await retrieval.run();
    expect(result.outcome).toMatchObject({ outcome: 'cancelled', code: 'DRIM-315' });
    expect(asked).toHaveLength(1);
  });
});
