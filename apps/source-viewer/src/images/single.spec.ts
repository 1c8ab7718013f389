import { eventually, tempDir } from '@drimbox/testing';
import { CT, DOCUMENT, ENHANCED, MP4, PDF, VIDEO } from '../testing/exam.for-spec.js';
import { greyPixels, objectOf } from '../testing/objects.for-spec.js';
import { OpenView } from '../testing/open-view.for-spec.js';
import { framesIn, partsOf } from '../testing/parts.for-spec.js';
import { Portal } from '../testing/portal.for-spec.js';

const portal = new Portal(tempDir());
const view = new OpenView(portal);
beforeAll(async () => {
  await portal.start({ DRIMBOX_STALL_SECONDS: '1' });
  await view.open();
});
afterAll(() => view.close());

describe('one frame, one document', () => {
  const instanceOf = async (uid: string): Promise<string> => {
    const location = partsOf((await view.stream(uid)).body).find(
      ({ type }) => type === 'application/dicom+json',
    )?.location;
    return `${view.pathOf(uid)}/${location}`;
  };

  it('of an enhanced multi-frame object: each frame its own pixels, and none beyond', async () => {
    const instance = await instanceOf(ENHANCED);
    for (const n of [1, 3]) {
      const answer = await view.ask(`${instance}/frames/${n}`);
      const type = String(answer.headers['content-type']);
      expect([answer.status, type]).toEqual([200, 'image/jls; transfer-syntax=1.2.840.10008.1.2.4.80']);
      const pixels = await view.decoded({ type, body: answer.body }, ENHANCED);
      expect(pixels.equals(greyPixels(64, 64, n))).toBe(true);
      await eventually(async () =>
        expect(await view.lastEvent()).toMatchObject({
          level: 'frames',
          outcome: 'complete',
          objects: [{ modality: 'MR' }],
        }),
      );
    }
    for (const n of ['4', '0', 'x', '1/2']) expect((await view.ask(`${instance}/frames/${n}`)).status).toBe(404);
    await eventually(async () => expect(await view.underWay()).toEqual([]));
  });

  it('a film is the body of frame 1', async () => {
    const [part] = framesIn(await view.stream(VIDEO));
    expect(part).toMatchObject({ type: 'video/mp4; transfer-syntax=1.2.840.10008.1.2.4.102' });
    expect(part?.location).toMatch(/frames\/1$/);
    expect(part?.body.equals(MP4)).toBe(true);
    const answer = await view.ask(`${await instanceOf(VIDEO)}/frames/1`);
    expect([answer.headers['content-type'], answer.body.equals(MP4)]).toEqual([part?.type, true]);
  });

  it('a document is saved, never shown', async () => {
    const answer = await view.ask(`${await instanceOf(DOCUMENT)}/document`);
    expect([answer.status, answer.body.subarray(0, PDF.length).equals(PDF)]).toEqual([200, true]);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/pdf',
      'content-disposition': 'attachment; filename="document.pdf"',
      'content-security-policy': "sandbox; default-src 'none'",
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    });
    await eventually(async () =>
      expect(await view.lastEvent()).toMatchObject({ level: 'instance', outcome: 'complete' }),
    );
    expect((await view.ask(`${await instanceOf(CT)}/document`)).status).toBe(404);
  });

  it('opens nothing of another view', async () => {
    const other = await portal.opened(portal.patient('patient-2'));
    const path = `${await instanceOf(CT)}/frames/1`;
    expect((await portal.ask({ path, cookies: other.cookies })).status).toBe(401);
    expect((await portal.ask({ path: path.replace(view.api, other.api), cookies: other.cookies })).status).toBe(404);
  });

  it('whose reader takes nothing is cut, and recorded', async () => {
    const instance = await instanceOf(DOCUMENT);
    portal.objects = portal.objects.map((object) =>
      object.series === DOCUMENT
        ? objectOf({
            series: DOCUMENT,
            uid: object.sopInstance,
            sopClass: object.sopClass,
            modality: 'DOC',
            document: Buffer.alloc(40_000_000, 'x'),
          })
        : object,
    );
    const answer = await portal.begin({ path: `${instance}/document`, cookies: view.cookies });
    await eventually(
      async () =>
        expect(await view.lastEvent()).toMatchObject({ level: 'instance', outcome: 'failed', code: 'DRIM-312' }),
      20_000,
    );
    expect(answer.complete).toBe(false);
    await eventually(async () => expect(await view.underWay()).toEqual([]));
  });
});
