import type { Browser as Chromium, Page } from 'playwright-core';
import { TEST_RADIOLOGIST } from '../ris/actors.js';
import { reportedStudy } from '../ris/cda/report-options.js';
import { generateStudy, type Study } from '../studies/generate-study.js';
import { HOSTILE, hostileAttributes, hostilePatient, hostileReport } from '../studies/hostile-texts.js';
import { PAT_TROIS } from '../studies/test-patient.js';
import { firstPixels, openPage, signIn } from './viewer-chromium.for-spec.js';
import type { ViewerWorld } from './viewer-world.for-spec.js';

const NUMBER = 3501;
/** A person and a structure whose names run as script where they are taken for markup. */
const WRITER = {
  person: { ...TEST_RADIOLOGIST.person, family: HOSTILE.element, given: HOSTILE.attribute },
  structure: { ...TEST_RADIOLOGIST.structure, name: HOSTILE.attribute },
};

/** Texts of images, messages and reports are texts on every page. */
export function hostileWays(given: () => { readonly world: ViewerWorld; readonly chrome: Chromium }): void {
  describe('hostile texts', () => {
    let study: Study;
    let page: Page;
    let complaints: string[];
    let close: () => Promise<void>;

    beforeAll(async () => {
      const { world, chrome } = given();
      const patient = hostilePatient(PAT_TROIS);
      study = generateStudy({
        number: NUMBER,
        patient,
        series: [
          { modality: 'CT', instances: 2, attributes: hostileAttributes },
          { modality: 'SR', attributes: hostileReport },
        ],
      });
      await world.publish(study, NUMBER, {
        cda: {
          title: `${HOSTILE.element}${HOSTILE.attribute}`,
          patient,
          author: { ...WRITER, structure: { ...WRITER.structure, id: world.mesh.stack.sites[0]?.structure.id ?? '' } },
          studies: [{ ...reportedStudy(study), act: { code: '24627-2', display: HOSTILE.attribute } }],
        },
      });
      const opened = await openPage(chrome, world.origin);
      ({ page, complaints } = opened);
      close = () => opened.context.close();
      await signIn(page, world.link(study, NUMBER), 'Professionnel de santé', 'textes-hostiles');
    }, 120_000);
    afterAll(() => close?.());

    /** Nothing of a text has become an element, an address or a script. */
    async function nothingRan(): Promise<void> {
      expect(await page.evaluate('[window.hacked, window.h]')).toEqual([undefined, undefined]);
      expect(await page.locator('img, script:not([src]), [onerror], [onload], a[href^="javascript:" i]').count()).toBe(
        0,
      );
      expect(complaints).toEqual([]);
    }

    it('stand on the page where a professional says in which situation', async () => {
      const choice = page.getByRole('button', { name: HOSTILE.element });
      await choice.waitFor();
      expect(await page.getByRole('button', { name: HOSTILE.attribute }).count()).toBe(1);
      await nothingRan();
      await choice.click();
      await firstPixels(page);
    });

    it('stand on the page of the images as they were written', async () => {
      expect(await page.locator('.user').innerText()).toContain(HOSTILE.element);
      const words = await page.locator('body').innerText();
      // `=` ends a part of a name in DICOM (PS3.5 §6.2.1.2): the pointer carries a blank in its place.
      expect(await page.locator('.traits').innerText()).toContain(HOSTILE.element.replaceAll('=', ' '));
      expect(await page.locator('.traits').innerText()).toContain(HOSTILE.attribute);
      // Descriptions of the exam, by the report, and of its series, by the PACS.
      expect(words).toContain(`· ${HOSTILE.attribute}`);
      expect(words).toContain(`· ${HOSTILE.element}`);
      expect(await page.locator('#preset option').allTextContents()).toContain(HOSTILE.element);
      await nothingRan();
    });

    it('stand in the cards of a structured report, in both languages, and in MPR', async () => {
      await page.locator('.series').nth(1).click();
      const card = page.locator('.pane-cards').first();
      await card.getByText(HOSTILE.address).first().waitFor();
      expect(await card.innerText()).toContain(HOSTILE.element);
      await page.getByRole('button', { name: 'Switch to English' }).click();
      await page.getByRole('button', { name: 'Passer en français' }).waitFor();
      await page.locator('.series').first().click();
      await firstPixels(page);
      await page.click('[data-tool=mpr]');
      await page.locator('.mpr .pane').first().waitFor();
      await page.waitForTimeout(500);
      await nothingRan();
    });

    it('do not come back from an address or a header', async () => {
      const { world } = given();
      const by = world.browser();
      const text = encodeURIComponent(HOSTILE.attribute);
      for (const path of [
        `/IHEInvokeImageDisplay?requestType=${text}&studyUID=${text}&accessionNumber=${text}&idCDA=${text}`,
        `/acces/${text}?langue=${text}&choix=${text}`,
        `/retour?code=${text}&state=${text}&error=${text}&error_description=${text}`,
        `/v/${text}/`,
        `/${text}`,
      ]) {
        const answer = await by.ask(`${world.origin}${path}`, 'GET', { 'accept-language': HOSTILE.attribute });
        expect(await answer.text()).not.toMatch(/hacked/);
        expect(answer.status).toBeGreaterThanOrEqual(400);
      }
      await by.close();
    });
  });
}
