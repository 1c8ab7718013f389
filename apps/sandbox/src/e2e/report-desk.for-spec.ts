import type { Browser as Chromium } from 'playwright-core';
import { type Desk, openDesk } from '../start/desk.js';
import { ReportDesk } from '../start/report-desk.js';
import { axeViolations, firstPixels, keepScreenshot, openPage } from './viewer-chromium.for-spec.js';
import type { ViewerWorld } from './viewer-world.for-spec.js';

/** The page of the quick start that stands for a RIS: a report is played, and its link leads to the images. */
export function reportDeskWays(given: () => { readonly world: ViewerWorld; readonly chrome: Chromium }): void {
  describe('the page that plays reports', () => {
    let desk: Desk;
    beforeAll(async () => {
      const { stack } = given().world.mesh;
      desk = await openDesk(stack.certificates.internalDir('admin'), stack.around.ports, new ReportDesk(stack, 3601));
    });
    afterAll(() => desk?.stop());

    it.each([
      ['etranger', 'us', 'TESTOVA'],
      ['accents', 'ct', "D'ETOEILE-TESTE"],
    ])('leads %s from the report to the images', async (login, exam, shown) => {
      const { world, chrome } = given();
      const { context, page, complaints } = await openPage(chrome, world.origin);
      await page.goto(`${desk.url}/report`);
      expect(await axeViolations(page)).toEqual([]);
      await page.locator('[name=patient]').selectOption(login);
      await page.locator('[name=exam]').selectOption(exam);
      await page.getByRole('button', { name: 'Envoyer le compte rendu' }).click();
      await page.getByText('acquittement AA').first().waitFor();
      await keepScreenshot(page, 'report');
      const [tab] = await Promise.all([
        context.waitForEvent('page'),
        page.getByRole('link', { name: "Voir les images de l'examen" }).first().click(),
      ]);
      await tab.getByRole('button', { name: 'Patient' }).waitFor();
      await keepScreenshot(tab, 'choice');
      await tab.getByRole('button', { name: 'Patient' }).click();
      await tab.locator(`button[value="${login}"]`).waitFor();
      await keepScreenshot(tab, 'login');
      await tab.locator(`button[value="${login}"]`).click();
      await firstPixels(tab);
      expect(await tab.locator('.traits').innerText()).toContain(shown);
      await keepScreenshot(tab, `report-${exam}`);
      expect(complaints).toEqual([]);
      await context.close();
    });

    it('refuses what it does not know, and shows its other windows', async () => {
      const wrong = await fetch(`${desk.url}/report`, { method: 'POST', body: new URLSearchParams({ patient: 'x' }) });
      expect([wrong.status, await wrong.text()]).toEqual([400, expect.stringContaining('inconnu')]);
      expect((await fetch(`${desk.url}/exams`)).status).toBe(200);
      expect((await fetch(`${desk.url}/journal`, { method: 'POST' })).status).toBe(404);
    });
  });
}
