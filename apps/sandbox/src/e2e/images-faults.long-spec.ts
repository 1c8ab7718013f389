import { join } from 'node:path';
import type { RetrieveOutcome } from '@drimbox/contracts';
import { freePort } from '@drimbox/supervisor';
import { eventually, tempDir } from '@drimbox/testing';
import { dataSetOf, digestOf } from '../images/data-set-of.js';
import type { Retrieved } from '../images/retrieve-client.js';
import { Mesh } from '../mesh/mesh.js';
import { generateStudy, instancesOf, type Instance, type Study } from '../studies/generate-study.js';
import { type Behaviour, FaultyPacs, wholly } from './faulty-pacs.for-spec.js';
import { logOf, withPacsLink } from './play.js';

const VIEWER = { purpose: 'viewer', flow: 'test' } as const;
/** More than what one record of the spool holds, so that half of it can be read. */
const IMAGES: Parameters<typeof generateStudy>[0]['series'] = [
  { modality: 'CT', instances: 4, size: { rows: 400, columns: 400 } },
];

const digestsOf = (instances: readonly Instance[]): string[] =>
  instances.map((one) => `${one.sopInstanceUid} ${digestOf(dataSetOf(one.file()))}`).toSorted();
const received = ({ objects }: Retrieved): string[] =>
  objects.map(({ sopInstance, digest }) => `${sopInstance} ${digest}`).toSorted();

describe('a PACS that breaks off, leaves out, mixes up (P5, P6, P7)', () => {
  const dir = tempDir();
  const studies = Array.from({ length: 30 }, (_, index) => generateStudy({ number: 600 + index, series: IMAGES }));
  let mesh: Mesh;
  let pacs: FaultyPacs;
  let next = 0;
  let study: Study;

  beforeAll(async () => {
    const storePort = await freePort();
    pacs = await FaultyPacs.start(studies, { port: storePort, aet: 'DRIMBOXALPHA' });
    mesh = await Mesh.start({
      dir: join(dir, 'mesh'),
      registry: (registry) =>
        withPacsLink(0, {
          port: pacs.port,
          calledAe: pacs.aet,
          silenceSeconds: 2,
          answerSeconds: 3,
          echoSeconds: 3600,
          breaker: { failures: 50, openSeconds: 1 },
          listen: { host: '127.0.0.1', port: storePort, allow: ['127.0.0.1'], furtherAes: [], maxAssociations: 16 },
        })(registry),
      env: { 'pacs-bridge': { DRIMBOX_READER_FLOOR_KILOBYTES: '64', DRIMBOX_READER_GRACE_SECONDS: '1' } },
    });
  }, 120_000);
  afterAll(async () => {
    await mesh?.stop();
    pacs?.stop();
  });
  // Each test has a study of its own: what one leaves in the spool is not the next one's.
  beforeEach(() => {
    study = studies[next++]!;
    pacs.moves = 0;
    pacs.statuses.length = 0;
  });

  const ask = (behaviours: Behaviour[], more: object = {}): Promise<Retrieved> => {
    pacs.behaviours = behaviours;
    return mesh.retrieve({ study: study.uid, series: study.series[0]!.uid, ...VIEWER, ...more });
  };
  const [first, second, third, fourth] = [0, 1, 2, 3] as const;
  const broken = (instances: readonly Instance[]) => [
    ...wholly(instances.slice(0, 2)),
    { instance: instances[third]!, cutAfter: 200_000 },
  ];
  const all = (): string[] => digestsOf(instancesOf(study));

  it('well behaved: asked once', async () => {
    const got = await ask([{}]);
    expect(got.outcome).toEqual({ outcome: 'complete', received: 4, expected: 4 });
    expect(received(got)).toEqual(all());
    expect(pacs.moves).toBe(1);
  });

  it('breaks off in the middle of an object, then sends it again: the reader goes on, and everything is whole', async () => {
    const got = await ask([{ sends: broken, status: 0xb000, failed: 2 }, {}]);
    expect(got.outcome).toEqual({ outcome: 'complete', received: 4, expected: 4 });
    expect(received(got)).toEqual(all());
    expect(pacs.moves).toBe(2);
  });

  it('breaks off twice: never taken for whole, and half an object is not ended', async () => {
    const got = await ask([{ sends: broken, status: 0xb000, failed: 2 }]);
    expect(got.outcome).toMatchObject({ outcome: 'incomplete' });
    expect(got.objects).toHaveLength(2);
    expect(got.half).toMatchObject({ sopInstance: instancesOf(study)[third]!.sopInstanceUid });
    expect(pacs.moves).toBe(2);
  });

  it.each<[string, Behaviour, Partial<RetrieveOutcome>]>([
    [
      'B000, objects failed',
      { sends: (all) => wholly(all.slice(0, 3)), status: 0xb000, failed: 1 },
      { received: 3, expected: 4 },
    ],
    ['success, objects left out', { sends: (all) => wholly(all.slice(1)) }, { received: 3, expected: 4 }],
    ['success, nothing sent', { sends: () => [] }, { received: 0, expected: 4 }],
  ])('%s: asked once more, then incomplete', async (_name, behaviour, counts) => {
    const got = await ask([behaviour]);
    if (counts.received === 0) expect(got.refusal).toEqual({ status: 502, code: 'DRIM-308' });
    else expect(got.outcome).toEqual({ outcome: 'incomplete', code: 'DRIM-308', ...counts });
    expect(pacs.moves).toBe(2);
  });

  it('left one out, then sends it when asked again', async () => {
    const got = await ask([{ sends: (all) => wholly(all.slice(1)) }, {}]);
    expect(got.outcome).toEqual({ outcome: 'complete', received: 4, expected: 4 });
    expect(received(got)).toEqual(all());
  });

  it('refuses the C-MOVE', async () => {
    const got = await ask([{ sends: () => [], status: 0xa801 }]);
    expect(got.refusal).toEqual({ status: 502, code: 'DRIM-314' });
  });

  it('goes silent: given up after the link’s silence, asked once more', async () => {
    const got = await ask([{ silent: true }]);
    expect(got.refusal).toEqual({ status: 504, code: 'DRIM-301' });
    expect(pacs.moves).toBe(2);
  });

  it('does not hold the series: DRIM-307', async () => {
    pacs.behaviours = [{}];
    const got = await mesh.retrieve({ study: study.uid, series: '1.2.3.4', ...VIEWER });
    expect(got.refusal).toEqual({ status: 404, code: 'DRIM-307' });
  });

  it('sends without saying for which C-MOVE: matched by their UIDs', async () => {
    const got = await ask([{ sends: (all) => all.map((instance) => ({ instance, anonymous: true })) }]);
    expect(got.outcome).toMatchObject({ outcome: 'complete' });
    expect(received(got)).toEqual(all());
  });

  it('sends the image of another patient, with our message id: refused, handed to nobody', async () => {
    const stranger = instancesOf(studies.at(-1)!)[first]!;
    const got = await ask([{ sends: (all) => [{ instance: stranger }, ...wholly(all)] }]);
    expect(received(got)).toEqual(all());
    expect(pacs.statuses[0]).toBe(0xc000);
    expect(await logOf(mesh, 'pacs-bridge')).toContain('DRIM-313');
  });

  it('announces an object under the UID of another: refused', async () => {
    const uids = instancesOf(study).map(({ sopInstanceUid }) => sopInstanceUid);
    const got = await ask([
      { sends: (all) => [{ instance: all[second]!, announcedAs: uids[fourth]! }, ...wholly(all)] },
    ]);
    expect(received(got)).toEqual(all());
    expect(pacs.statuses[0]).toBe(0xc000);
  });

  it('sends every object twice: each is given once', async () => {
    const got = await ask([{ sends: (all) => [...wholly(all), ...wholly(all)] }]);
    expect(got.outcome).toEqual({ outcome: 'complete', received: 4, expected: 4 });
    expect(received(got)).toEqual(all());
  });

  it('the asker knows of more than the PACS holds: incomplete', async () => {
    const got = await ask([{}], { expected: 5 });
    expect(got.outcome).toEqual({ outcome: 'incomplete', code: 'DRIM-308', received: 4, expected: 5 });
  });

  it('a reader that vanishes frees the PACS', async () => {
    pacs.behaviours = [{ silent: true }];
    const leaving = new AbortController();
    const asked = mesh.retrieve(
      { study: study.uid, series: study.series[0]!.uid, ...VIEWER },
      { signal: leaving.signal },
    );
    await eventually(() => pacs.moves === 1);
    leaving.abort();
    await expect(asked).rejects.toThrow();
    await eventually(async () => {
      const lines = (await logOf(mesh, 'pacs-bridge'))
        .split('\n')
        .filter((line) => line.includes('"images.retrieved"'));
      expect(JSON.parse(lines.at(-1) ?? '{}')).toMatchObject({
        study: study.uid,
        outcome: 'cancelled',
        code: 'DRIM-315',
      });
    });
    // The PACS was not asked again for nobody.
    expect(pacs.moves).toBe(1);
  });

  it('a reader that comes late gets everything, and the PACS is asked once', async () => {
    const one = ask([{}]);
    const others = Array.from({ length: 5 }, () =>
      mesh.retrieve({ study: study.uid, series: study.series[0]!.uid, ...VIEWER }),
    );
    for (const got of await Promise.all([one, ...others])) expect(received(got)).toEqual(all());
    const late = await mesh.retrieve({ study: study.uid, series: study.series[0]!.uid, ...VIEWER });
    expect(received(late)).toEqual(all());
    expect(pacs.moves).toBe(1);
  });

  it('heads only: what stands before the pixels', async () => {
    const got = await ask([{}], { heads: true });
    expect(got.outcome).toMatchObject({ outcome: 'complete', received: 4 });
    for (const { bytes, sopInstance } of got.objects) {
      const whole = dataSetOf(
        instancesOf(study)
          .find((one) => one.sopInstanceUid === sopInstance)!
          .file(),
      );
      expect(bytes).toBe(whole.indexOf(Buffer.from('e07f1000', 'hex')));
    }
  });
});
