import { join } from 'node:path';
import { tempDir } from '@drimbox/testing';
import type { Browser as Chromium } from 'playwright-core';
import { foreignWays } from '../e2e/portal-foreign.for-spec.js';
import { hostileWays } from '../e2e/portal-hostile.for-spec.js';
import { patientWays } from '../e2e/portal-patient.for-spec.js';
import { reportDeskWays } from '../e2e/report-desk.for-spec.js';
import { launchChromium } from '../e2e/viewer-chromium.for-spec.js';
import { ViewerWorld } from '../e2e/viewer-world.for-spec.js';

/** The portal of the link in a report, with its real parts and a real browser: one stack for all of it. */
describe('the portal', () => {
  let world: ViewerWorld;
  let chrome: Chromium;

  afterAll(async () => {
    await chrome?.close();
    await world?.stop();
  });
  // After the world has stopped: its files are still written until then.
  const dir = tempDir();

  beforeAll(async () => {
    [world, chrome] = await Promise.all([
      ViewerWorld.start({
        dir: join(dir, 'mesh'),
        env: { 'source-viewer': { DRIMBOX_PORTAL_PER_MINUTE: '2000', DRIMBOX_REFUSAL_MILLISECONDS: '300' } },
      }),
      launchChromium(),
    ]);
  }, 240_000);

  const given = (): { world: ViewerWorld; chrome: Chromium } => ({ world, chrome });
  patientWays(given);
  foreignWays(given);
  hostileWays(given);
  reportDeskWays(given);
});
