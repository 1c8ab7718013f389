import { eventually, tempDir, framesOf, outcome, sendJson } from '@drimbox/testing';
import { connect as tlsConnect } from 'node:tls';
import { partsOf } from '../testing/ask.for-spec.js';
import { testObject } from '../testing/images.for-spec.js';
import { DB1, KOS, PATH, PEER, SERIES, STUDY, World } from '../testing/world.for-spec.js';

const world = new World(tempDir());
// Only what is stored: objects pass as they come.
world.accept = 'multipart/related; type="application/dicom"; transfer-syntax=1.2.840.10008.1.2.1';
beforeAll(() => world.start({ DRIMBOX_PEER_CONCURRENT: '8', DRIMBOX_WADO_STALL_SECONDS: '1' }));
afterAll(() => world.stop());
afterEach(() => {
  world.bridge = (wanted, response) => world.giveAll(wanted, response);
});

const codeOf = (answer: { body: Buffer }): string =>
  (JSON.parse(answer.body.toString('utf8')) as { code: string }).code;

interface Served {
  outcome: string;
  code?: string;
  bytes: number;
  objects: { instances: number }[];
}
let seen = 0;
/** The events of the accesses that ended since the last look, once there are so many. */
async function ended(count = 1): Promise<Served[]> {
  const read = (): Promise<{ body: Served }[]> =>
    world.rows(`select body from outbox where event = 'image.served' order by position offset ${seen}`);
  await eventually(async () => (await read()).length >= count);
  const rows = await read();
  seen += rows.length;
  expect(await world.rows('select id from access_open')).toEqual([]);
  return rows.map(({ body }) => body);
}
/** One record and one event for each access, whatever became of it (P12). */
async function bookIsWhole(): Promise<void> {
  const [events, records] = await Promise.all(
    [
      `select body->>'requestId' as id from outbox where event like 'image.%' order by 1`,
      `select record->'detail'->>'access' as id from audit_outbox where record->'detail' ? 'access' order by 1`,
    ].map((sql) => world.rows<{ id: string }>(sql)),
  );
  expect(records!.map(({ id }) => id)).toEqual(events!.map(({ id }) => id));
  expect(new Set(records!.map(({ id }) => id)).size).toBe(records!.length);
}
afterAll(bookIsWhole);

describe('a truncated transfer is never taken for a whole one (P7)', () => {
  const first = (): Buffer[] => framesOf(world.objects[0]!);
  it.each<[string, (end: (frame?: Buffer) => void, destroy: () => void) => void, string]>([
    [
      'the PACS says incomplete',
      (end) => end(outcome(1, { outcome: 'incomplete', code: 'DRIM-308', expected: 2 })),
      'incomplete',
    ],
    ['the PACS fails midway', (end) => end(outcome(1, { outcome: 'failed', code: 'DRIM-314' })), 'failed'],
    ['one instance is missing though the PACS says complete', (end) => end(outcome(1)), 'incomplete'],
    ['the stream has no outcome', (end) => end(), 'incomplete'],
    ['the stream breaks off', (_, destroy) => destroy(), 'incomplete'],
  ])('%s', async (_, stop, expected) => {
    world.bridge = (_wanted, response) => {
      response.writeHead(200);
      for (const frame of first()) response.write(frame);
      // The frames have left before the stream ends in whatever way.
      setTimeout(
        () =>
          stop(
            (frame) => response.end(frame),
            () => response.destroy(),
          ),
        50,
      );
    };
    const answer = await world.ask();
    expect([answer.status, answer.truncated]).toEqual([200, true]);
    expect(() => partsOf(answer)).toThrow('no closing delimiter');
    expect(await ended()).toMatchObject([{ outcome: expected, objects: [{ instances: 1 }] }]);
  });

  it('an object that breaks off is not counted', async () => {
    world.bridge = (_wanted, response) => {
      response.writeHead(200);
      for (const frame of first().slice(0, -1)) response.write(frame);
      setTimeout(() => response.destroy(), 50);
    };
    expect((await world.ask()).truncated).toBe(true);
    expect(await ended()).toMatchObject([{ outcome: 'incomplete', code: 'DRIM-308', objects: [] }]);
  });
});

describe('before the first byte, the failure of the PACS is told', () => {
  it.each([
    ['away', 'DRIM-300', 503, '10'],
    ['full', 'DRIM-305', 429, '10'],
    ['without the images', 'DRIM-307', 404, undefined],
    ['in maintenance', 'DRIM-309', 503, '10'],
  ] as const)('%s', async (_, code, status, retry) => {
    world.bridge = (_wanted, response) => sendJson(response, { code, message: 'no' }, status);
    const answer = await world.ask();
    expect([answer.status, codeOf(answer), answer.headers['retry-after']]).toEqual([status, code, retry]);
    expect(await ended()).toMatchObject([{ outcome: 'failed', code, bytes: 0 }]);
  });

  it('a level of which nothing comes is no success', async () => {
    world.bridge = (_wanted, response) => {
      response.writeHead(200);
      response.end(outcome(0));
    };
    const answer = await world.ask();
    expect([answer.status, codeOf(answer)]).toEqual([502, 'DRIM-308']);
    expect(await ended()).toMatchObject([{ outcome: 'incomplete' }]);
  });
});

describe('objects of a series that the pointer does not name', () => {
  it('stay, even when the PACS sends them along', async () => {
    world.bridge = (_wanted, response) => {
      response.writeHead(200);
      for (const object of [testObject(STUDY, '1.2.3.9', '1.2.3.9.1'), ...world.objects]) {
        for (const frame of framesOf(object)) response.write(frame);
      }
      response.end(outcome(4));
    };
    expect(partsOf(await world.ask({ path: `${PATH}/studies/${STUDY}` }))).toHaveLength(3);
    expect(await ended()).toMatchObject([{ outcome: 'complete', objects: [{ instances: 3 }] }]);
  });
});

describe('a peer that goes', () => {
  it('ends the retrieval, and is recorded as having gone', async () => {
    let gone = false;
    world.bridge = (_wanted, response) => {
      response.writeHead(200);
      for (const frame of framesOf(world.objects[0]!)) response.write(frame);
      response.on('close', () => (gone = true));
    };
    const leaving = new AbortController();
    const asked = world.ask({ signal: leaving.signal }).catch(() => undefined);
    await eventually(async () => (await world.rows('select id from access_open')).length === 1);
    leaving.abort();
    await asked;
    await eventually(() => gone);
    expect(await ended()).toMatchObject([{ outcome: 'cancelled', code: 'DRIM-315' }]);
  });

  it('or that takes nothing of what waits for it, is cut', async () => {
    const endless = testObject(STUDY, SERIES, `${SERIES}.1`, { 0x7fe00010: Buffer.alloc(4 * 1024 * 1024) });
    const bytes = Buffer.concat(framesOf(endless));
    let stopped = false;
    world.bridge = (_wanted, response) => {
      response.writeHead(200);
      response.on('close', () => (stopped = true));
      response.on('drain', () => response.write(bytes));
      response.write(bytes);
    };
    const { cert, key } = world.peer;
    const options = { host: '127.0.0.1', port: world.gateway.ports['wado'] ?? 0, servername: DB1, cert, key };
    const socket = tlsConnect({ ...options, rejectUnauthorized: false });
    const head = Object.entries(world.headers()).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`GET ${PATH}/studies/${STUDY}/series/${SERIES} HTTP/1.1\r\nHost: ${DB1}\r\n${head.join('')}\r\n`);
    socket.pause();
    await eventually(() => stopped, 20_000);
    expect(await ended()).toMatchObject([{ outcome: 'failed', code: 'DRIM-312' }]);
    socket.destroy();
  });
});

describe('a withdrawn exam', () => {
  it('is refused from its event on, and its open streams are cut', async () => {
    const exam = world.exams[0]!;
    world.bridge = (_wanted, response) => {
      response.writeHead(200);
      for (const frame of framesOf(world.objects[0]!).slice(0, -2)) response.write(frame);
    };
    const asked = world.ask();
    await eventually(async () => (await world.rows('select id from access_open')).length === 1);
    await world.project({ ...exam, version: 3, shown: false });
    const answer = await asked;
    expect([answer.status, answer.truncated]).toEqual([200, true]);
    expect(await ended()).toMatchObject([{ outcome: 'failed', code: 'DRIM-709' }]);
    const refused = await world.ask();
    expect([refused.status, codeOf(refused)]).toEqual([404, 'DRIM-709']);
  });

  it('an older event changes nothing, a newer one shows it again', async () => {
    const exam = world.exams[0]!;
    await world.project({ ...exam, version: 2, shown: true });
    await world.project({ ...exam, version: 4, shown: false });
    const version = async (): Promise<number | undefined> =>
      (await world.rows<{ version: number }>(`select version from exam where exam_id = '${exam.examId}'`))[0]?.version;
    await eventually(async () => (await version()) === 4);
    expect((await world.ask()).status).toBe(404);
    await world.project({ ...exam, version: 5, shown: true });
    await eventually(async () => (await version()) === 5);
    world.bridge = (wanted, response) => world.giveAll(wanted, response);
    expect((await world.ask()).status).toBe(200);
    await ended();
  });

  it('a KOS that is replaced goes on opening, as a former one, an open stream too', async () => {
    const exam = world.exams[0]!;
    let answerNow: (() => void) | undefined;
    world.bridge = (wanted, response) => (answerNow = () => world.giveAll(wanted, response));
    const asked = world.ask();
    await eventually(() => answerNow !== undefined);
    await world.project({ ...exam, version: 6, kos: '1.2.250.1.999.9.3', formerKos: [...exam.formerKos, KOS] });
    await eventually(async () => (await world.rows(`select 1 as one from exam where version = 6`)).length === 1);
    answerNow?.();
    expect(partsOf(await asked)).toHaveLength(2);
    expect(await ended()).toMatchObject([{ outcome: 'complete' }]);
  });
});

describe('quotas', () => {
  it('a peer has no more requests under way than allowed, and is told when to come back', async () => {
    const waiting: (() => void)[] = [];
    world.bridge = (wanted, response) => waiting.push(() => world.giveAll(wanted, response));
    const first = Array.from({ length: 8 }, () => world.ask());
    await eventually(() => waiting.length === 8);
    const refused = await world.ask();
    expect([refused.status, codeOf(refused), refused.headers['retry-after']]).toEqual([429, 'DRIM-713', '2']);
    for (const answer of waiting) answer();
    for (const asked of first) expect((await asked).status).toBe(200);
    world.bridge = (wanted, response) => world.giveAll(wanted, response);
    expect((await world.ask()).status).toBe(200);
    await ended(9);
  });

  it('what a peer may not have is counted once the first refusals are recorded one by one', async () => {
    const stranger = world.igc.servSsl('db8.990.mesimagesmedicales.fr');
    const refusals = async (): Promise<number> =>
      (await world.rows(`select 1 as one from outbox where event = 'image.refused' and body->>'code' = 'DRIM-703'`))
        .length;
    for (let n = 0; n < 30; n++) expect((await world.ask({ pair: stranger })).status).toBe(403);
    expect(await refusals()).toBe(20);
  });
});

describe('an access that a dead process left open', () => {
  it('is recorded once, as interrupted', async () => {
    const facts = {
      id: '00000000-0000-4000-8000-00000000dead',
      site: 'port',
      pacsLink: 'pacs-1',
      study: STUDY,
      level: 'series',
      kos: KOS,
      peer: PEER,
      person: { id: '899700218896' },
      patient: { matricule: '279035121518989', oid: '1.2.250.1.213.1.4.10' },
      from: { address: '127.0.0.1', port: 4242 },
    };
    await world.gateway.stop();
    await world.execute(
      `insert into access_open (id, owner, facts) values ('${facts.id}', gen_random_uuid(), '${JSON.stringify(facts)}')`,
    );
    await world.startGateway();
    expect(await ended()).toMatchObject([{ requestId: facts.id, outcome: 'failed', code: 'DRIM-100' }]);
    expect(
      await world.rows(`select record->'event'->>'outcomeDescription' as said from audit_outbox
                         where record->'detail'->>'access' = '${facts.id}'`),
    ).toEqual([{ said: 'interrupted: the service stopped meanwhile' }]);
  });
});
