import { tempDir } from '@drimbox/testing';
import { CT, ENHANCED, SIDE, US, VIDEO } from '../testing/exam.for-spec.js';
import { colourPixels, greyPixels } from '../testing/objects.for-spec.js';
import { OpenView } from '../testing/open-view.for-spec.js';
import { framesIn, headIn } from '../testing/parts.for-spec.js';
import { Portal } from '../testing/portal.for-spec.js';

const portal = new Portal(tempDir());
const view = new OpenView(portal);
beforeAll(async () => {
  await portal.start();
  await view.open();
});
afterAll(() => view.close());

describe('quality=lossy', () => {
  it('moves a voxel of CT by no more than 4 HU, says so on each frame, and saves much', async () => {
    const [plain, lossy] = [await view.stream(CT), await view.stream(CT, '?quality=lossy')];
    const frames = framesIn(lossy);
    expect(frames.map(({ type }) => type)).toEqual(
      [1, 2].map(() => 'image/jls; transfer-syntax=1.2.840.10008.1.2.4.81; lossy=1'),
    );
    expect(frames[0]!.body.length).toBeLessThan(framesIn(plain)[0]!.body.length * 0.75);
    const [pixels, before] = [await view.decoded(frames[0]!, CT), greyPixels(SIDE, SIDE, 1)];
    let largest = 0;
    for (let n = 0; n < SIDE * SIDE; n++)
      largest = Math.max(largest, Math.abs(pixels.readUInt16LE(2 * n) - before.readUInt16LE(2 * n)));
    expect([largest > 0, largest <= 4]).toEqual([true, true]);
  });

  it('makes JPEG of colour, near what it was, and the head says what it holds', async () => {
    const lossy = await view.stream(US, '?quality=lossy');
    const frames = framesIn(lossy);
    expect(frames.map(({ type }) => type)).toEqual(
      [1, 2].map(() => 'image/jpeg; transfer-syntax=1.2.840.10008.1.2.4.50; lossy=1'),
    );
    expect(headIn(lossy)['00280004']?.Value).toEqual(['YBR_FULL_422']);
    const [pixels, before] = [await view.decoded(frames[0]!, US, 'YBR_FULL_422'), colourPixels(SIDE, SIDE)];
    const off = pixels.reduce((sum, value, n) => sum + Math.abs(value - before[n]!), 0) / pixels.length;
    expect(off).toBeLessThan(4);
    const plain = await view.stream(US);
    expect(headIn(plain)['00280004']?.Value).toEqual(['RGB']);
    expect((await view.decoded(framesIn(plain)[1]!, US)).equals(before)).toBe(true);
  });

  it.each([
    ['small frames', ENHANCED],
    ['films', VIDEO],
  ])('leaves %s as they are', async (_, uid) => {
    const types = framesIn(await view.stream(uid, '?quality=lossy')).map(({ type }) => type);
    expect(types.length).toBeGreaterThan(0);
    expect(types.join()).not.toContain('lossy=1');
  });

  it('knows no third one', async () => expect((await view.stream(CT, '?quality=best')).status).toBe(400));
});
