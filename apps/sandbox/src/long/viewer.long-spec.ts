import { join } from 'node:path';
import { tempDir } from '@drimbox/testing';
import type { Browser as Chromium } from 'playwright-core';
import { PacsRelay } from '../e2e/pacs-relay.js';
import { type ImagesWorld, imageWays } from '../e2e/viewer-images.for-spec.js';
import { pixelWays } from '../e2e/viewer-pixels.for-spec.js';
import { qualityWays } from '../e2e/viewer-quality.for-spec.js';
import { launchChromium } from '../e2e/viewer-chromium.for-spec.js';
import { ViewerWorld } from '../e2e/viewer-world.for-spec.js';

/** The viewer over the whole chain: PACS, C-MOVE, spool, portal, browser. A relay in front of the PACS counts what is asked of it. */
describe('the viewer', () => {
  let world: ViewerWorld;
  let chrome: Chromium;
  let relay: PacsRelay;

  afterAll(async () => {
    await chrome?.close();
    await world?.stop();
    await relay?.stop();
  });
  // After the world has stopped: its files are still written until then.
  const dir = tempDir();

  beforeAll(async () => {
    relay = await PacsRelay.start();
    [world, chrome] = await Promise.all([
      ViewerWorld.start({
        dir: join(dir, 'mesh'),
        env: { 'source-viewer': { DRIMBOX_PORTAL_PER_MINUTE: '2000', DRIMBOX_REFUSAL_MILLISECONDS: '300' } },
        registry: (registry) => {
          const [site, ...others] = registry.sites;
          const [link, ...further] = site?.pacsLinks ?? [];
          if (!site || !link) throw new Error('no PACS');
          relay.target = { host: link.host, port: link.port };
          const relayed = { ...link, host: '127.0.0.1', port: relay.port };
          return { ...registry, sites: [{ ...site, pacsLinks: [relayed, ...further] }, ...others] };
        },
      }),
      launchChromium(),
    ]);
  }, 240_000);

  const given = (): ImagesWorld => ({ world, chrome, relay, dir });
  imageWays(given);
  qualityWays(given);
  pixelWays(given);
});
