import { openPart10 } from '@drimbox/dicom';
import { eventually, tempDir } from '@drimbox/testing';
import { partsOf } from './testing/ask.for-spec.js';
import { FORMER_KOS, INS, KOS, OTHER_SERIES, PATH, PEER, SERIES, STUDY, World } from './testing/world.for-spec.js';

const world = new World(tempDir());
beforeAll(() => world.start());
afterAll(() => world.stop());

/** What was put in, when that is all that differs. */
function spliced(sent: Buffer, stored: Buffer): Buffer {
  let at = 0;
  while (at < stored.length && sent[at] === stored[at]) at++;
  const tail = stored.length - at;
  expect(sent.subarray(sent.length - tail).equals(stored.subarray(at))).toBe(true);
  return sent.subarray(at, sent.length - tail);
}

it('gives a series: the PACS bytes but for the INS, and one record and one event', async () => {
  const answer = await world.ask();
  expect(answer.status).toBe(200);
  expect(answer.headers['content-type']).toMatch(
    /^multipart\/related; type="application\/dicom"; boundary=[^;]+; start="<[^>]+>"; transfer-syntax=1\.2\.840\.10008\.1\.2\.1$/,
  );
  const parts = partsOf(answer);
  expect(parts).toHaveLength(2);
  for (const [index, part] of parts.entries()) {
    expect(part.head).toContain('Content-Type: application/dicom; transfer-syntax=1.2.840.10008.1.2.1');
    const added = spliced(openPart10(part.body).bytes, world.objects[index]!.bytes);
    expect(added.toString('latin1')).toContain(INS.matricule);
    expect(added.length).toBeLessThan(200);
  }
  expect(world.wanted.at(-1)).toEqual({
    study: STUDY,
    series: SERIES,
    heads: false,
    purpose: 'exchange',
    flow: PEER,
    expected: 2,
  });
  await eventually(async () => (await served()).length === 1);
  expect(await served()).toMatchObject([
    {
      outcome: 'complete',
      level: 'series',
      peer: PEER,
      objects: [{ modality: 'CT', instances: 2, pixelBytes: 2 * (65_536 + 12) }],
    },
  ]);
  expect(await records()).toMatchObject([
    {
      event: { id: { code: '110104' }, outcome: 0 },
      participants: [{ userId: '899700218896', alternativeId: 'session-1' }, { userId: PEER }, {}],
      objects: [
        { kind: 'patient', ...INS },
        { kind: 'study', uid: STUDY },
        { kind: 'document', uniqueId: KOS },
      ],
      detail: { instances: 2 },
    },
  ]);
  expect(await world.rows('select id from access_open')).toEqual([]);
});

const served = async (): Promise<Record<string, unknown>[]> =>
  (
    await world.rows<{ body: Record<string, unknown> }>(
      `select body from outbox where event = 'image.served' order by position`,
    )
  ).map(({ body }) => body);
const records = async (): Promise<Record<string, unknown>[]> =>
  (
    await world.rows<{ record: Record<string, unknown> }>(
      `select record from audit_outbox where record->'event'->'id'->>'code' = '110104' order by position`,
    )
  ).map(({ record }) => record);

it('gives a study, an instance, and a series under a former KOS', async () => {
  expect(partsOf(await world.ask({ path: `${PATH}/studies/${STUDY}` }))).toHaveLength(3);
  const instance = `${PATH}/studies/${STUDY}/series/${OTHER_SERIES}/instances/${OTHER_SERIES}.1`;
  expect(partsOf(await world.ask({ path: instance }))).toHaveLength(1);
  expect(partsOf(await world.ask({ headers: world.headers(world.psc.token(), FORMER_KOS) }))).toHaveLength(2);
});
