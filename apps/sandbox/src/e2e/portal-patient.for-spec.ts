import { INSURED, type Insured } from '../studies/insured.js';
import type { Browser as Chromium, Page } from 'playwright-core';
import type { Study } from '../studies/generate-study.js';
import { documentId } from '../studies/numbering.js';
import { sendReport } from './play.js';
import { axeViolations, firstPixels, keepScreenshot, openPage, signIn } from './viewer-chromium.for-spec.js';
import type { ViewerWorld } from './viewer-world.for-spec.js';

const MAIN = 'main';
const REFUSED = 'Cet examen ne peut pas être affiché';

/** Study numbers of the persons whose identity must be recognised. */
const ACCEPTED = {
  accents: { number: 3101, shown: "D'ETOEILE-TESTE" },
  compose: { number: 3102, shown: 'SANTINI-TEST' },
  etranger: { number: 3103, shown: 'TESTOVA' },
  mineur: { number: 3104, shown: 'LUCIEN' },
} as const satisfies Partial<Record<Insured, { number: number; shown: string }>>;

/** Those whose identity agrees with the report in everything, and is not enough all the same. */
const NOT_ENOUGH = { eidas: 3105, presume: 3106 } as const satisfies Partial<Record<Insured, number>>;

/** What a patient meets, in a real browser, from the link of the report on. */
export function patientWays(given: () => { readonly world: ViewerWorld; readonly chrome: Chromium }): void {
  const opened: { close(): Promise<void> }[] = [];
  const open = async (): Promise<{ page: Page; complaints: string[] }> => {
    const made = await openPage(given().chrome, given().world.origin);
    opened.push(made.context);
    return made;
  };
  const publish = (login: Insured, number: number): Promise<Study> =>
    given().world.published(number, { patient: INSURED[login], series: [{ modality: 'DX' }] });
  /** What the page says, whoever and whatever it is about: the title and the words. */
  const said = async (page: Page): Promise<string> => page.locator(MAIN).innerText();

  afterEach(async () => {
    await Promise.all(opened.splice(0).map((context) => context.close()));
  });

  describe('a patient in a browser', () => {
    it.each(Object.entries(ACCEPTED))('%s: is recognised, and sees the exam', async (login, { number, shown }) => {
      const { world } = given();
      const study = await publish(login as Insured, number);
      const { page, complaints } = await open();
      await signIn(page, world.link(study, number), 'Patient', login);
      await firstPixels(page);
      expect(await page.locator('.traits').innerText()).toContain(shown);
      expect(await page.locator('.user').innerText()).toContain('Patient');
      expect(complaints).toEqual([]);
      if (login === 'accents') await keepScreenshot(page, 'patient');
    });

    it.each(Object.entries(NOT_ENOUGH))('%s: is refused', async (login, number) => {
      const { world } = given();
      const study = await publish(login as Insured, number);
      const { page } = await open();
      await signIn(page, world.link(study, number), 'Patient', login);
      await page.getByRole('heading', { level: 1, name: REFUSED }).waitFor();
      expect(page.url()).not.toContain('/v/');
    });

    it('is told the same, whatever the refusal is for', async () => {
      const { world } = given();
      const own = await publish('accents', 3107);
      const link = world.link(own, 3107);
      const answers: string[] = [];
      const refused = async (at: string, login: string): Promise<void> => {
        const { page } = await open();
        await signIn(page, at, 'Patient', login);
        await page.getByRole('heading', { level: 1, name: REFUSED }).waitFor();
        answers.push(await said(page));
        expect(await axeViolations(page)).toEqual([]);
        if (answers.length === 1) await keepScreenshot(page, 'refusal');
      };
      // Somebody else, also when they bear the family's name; no such study; another report; another accession number.
      await refused(link, 'simple');
      await refused(world.link({ uid: '1.2.3.4', accession: own.accession }, 3107), 'accents');
      await refused(world.link(own, 9999), 'accents');
      await refused(world.link({ uid: own.uid, accession: 'ACN1' }, 3107), 'accents');
      await sendReport(world.mesh, [own], {
        document: 3108,
        intent: 'replace',
        flags: { INVISIBLE_PATIENT: true },
        cda: { replaces: documentId(3107), version: 2 },
      });
      await world.known(own, 'hidden');
      await refused(link, 'accents');
      await sendReport(world.mesh, [own], { document: 3108, intent: 'withdraw', cda: { version: 2 } });
      await world.known(own, 'withdrawn');
      await refused(link, 'accents');
      expect(new Set(answers).size).toBe(1);
      expect(answers[0]).toContain('01 99 00 00 00');
      expect(answers[0]).not.toMatch(/ETOEILE|ACN|1\.2\.|retir|masqu|autoris|identit/i);
    });

    it('a parent does not open the exam of a child by their own identity', async () => {
      const { world } = given();
      const study = await publish('mineur', 3109);
      const { page } = await open();
      await signIn(page, world.link(study, 3109), 'Patient', 'simple');
      await page.getByRole('heading', { level: 1, name: REFUSED }).waitFor();
    });

    it('who signs in too weakly, or gives up, is asked again and sees nothing', async () => {
      const { world } = given();
      const study = await publish('simple', 3110);
      for (const answer of ['button[value="niveau-faible"]', 'button[name="cancel"]']) {
        const { page } = await open();
        await page.goto(world.link(study, 3110));
        await page.getByRole('button', { name: 'Patient' }).click();
        await page.locator(answer).click();
        await page.getByRole('heading', { level: 1, name: "La connexion n'a pas abouti" }).waitFor();
        expect(await axeViolations(page)).toEqual([]);
        await page.getByRole('link', { name: 'Recommencer' }).click();
        await page.getByRole('button', { name: 'Patient' }).waitFor();
      }
    });

    it.each([
      ['Patient', 'pat-trois'],
      ['Professionnel de santé', 'radiologue'],
    ] as const)('%s: after leaving, going back shows nothing, and both sessions are over', async (profile, login) => {
      const { world } = given();
      const number = profile === 'Patient' ? 3111 : 3112;
      const study = await world.published(number, { series: [{ modality: 'DX' }] });
      const { page } = await open();
      await signIn(page, world.link(study, number), profile, login);
      await firstPixels(page);
      const view = page.url();
      await page.getByRole('button', { name: 'Se déconnecter' }).click();
      await page.locator('.end').waitFor();
      expect(await axeViolations(page)).toEqual([]);
      const nothing = async (): Promise<void> => {
        expect(await page.locator('canvas').count()).toBe(0);
        expect(await page.content()).not.toMatch(/PAT-TROIS|DOMINIQUE/);
      };
      await nothing();
      for (let step = 0; step < 3; step += 1) {
        await page.goBack().catch(() => null);
        await nothing();
      }
      await page.goto(view);
      await page.getByRole('heading', { level: 1, name: 'Votre session est terminée' }).waitFor();
      await nothing();
      expect(await axeViolations(page)).toEqual([]);
      await page.goto(world.link(study, number));
      await page.getByRole('button', { name: profile }).click();
      // The provider asks who it is: its session has ended too.
      await page.locator(`button[value="${login}"]`).waitFor();
    });

    it('a patient ends the session of FranceConnect+ too, where only their browser can', async () => {
      const { world } = given();
      const study = await world.published(3117, { series: [{ modality: 'DX' }] });
      const { page, complaints } = await open();
      await signIn(page, world.link(study, 3117), 'Patient', 'pat-trois');
      await firstPixels(page);
      await page.getByRole('button', { name: 'Se déconnecter' }).click();
      await page.getByRole('link', { name: "fermez aussi la session du service d'identité" }).click();
      await page.getByRole('heading', { level: 1, name: 'Vous êtes déconnecté' }).waitFor();
      expect(await axeViolations(page)).toEqual([]);
      expect(page.url()).not.toMatch(/eyJ/);
      await keepScreenshot(page, 'departure');
      await page.getByRole('button', { name: 'Me déconnecter de FranceConnect+' }).click();
      await page.waitForURL(`${world.origin}/deconnexion/franceconnect`);
      await page.getByText('Vous pouvez fermer cette page.').waitFor();
      // Once: the way out is not kept.
      await page.goto(`${world.origin}/deconnexion`);
      expect(await page.getByRole('button').count()).toBe(0);
      expect(complaints).toEqual([]);
    });

    it('a professional with two situations says in which one, whatever the tab', async () => {
      const { world } = given();
      const study = await world.published(3115, { series: [{ modality: 'DX' }] });
      const { page } = await open();
      await signIn(page, world.link(study, 3115), 'Professionnel de santé', 'multi-situations');
      await page.getByRole('heading', { level: 1, name: "Votre situation d'exercice" }).waitFor();
      expect(await axeViolations(page)).toEqual([]);
      await keepScreenshot(page, 'situation');
      await page.getByRole('button', { name: 'HOPITAL SANDBOX' }).click();
      await firstPixels(page);
      expect(await page.locator('.user').innerText()).toContain('HOPITAL SANDBOX');
      await page.goto(world.link(study, 3115));
      await firstPixels(page);
    });

    it('a professional whose profession may not see images is refused like anybody else', async () => {
      const { world } = given();
      const study = await world.published(3116, { series: [{ modality: 'DX' }] });
      const { page } = await open();
      await signIn(page, world.link(study, 3116), 'Professionnel de santé', 'dieteticien');
      await page.getByRole('heading', { level: 1, name: REFUSED }).waitFor();
      expect(await said(page)).not.toMatch(/profession|habilit|autoris/i);
    });

    it('two links in two tabs stay two exams', async () => {
      const { world } = given();
      const [one, two] = [
        await world.published(3113, { series: [{ modality: 'DX' }] }),
        await world.published(3114, { series: [{ modality: 'MG' }] }),
      ];
      const { page } = await open();
      const tab = await page.context().newPage();
      await page.goto(world.link(one, 3113));
      await tab.goto(world.link(two, 3114));
      for (const each of [page, tab]) await each.getByRole('button', { name: 'Patient' }).click();
      await page.locator('button[value="pat-trois"]').click();
      await firstPixels(page);
      // In the second tab the login page was already there.
      await tab.locator('button[value="pat-trois"]').click();
      await firstPixels(tab);
      expect(await page.locator('.exam-title').allInnerTexts()).toEqual([expect.stringContaining('Radiographie')]);
      expect(await tab.locator('.exam-title').allInnerTexts()).toEqual([expect.stringContaining('Mammographie')]);
      await page.reload();
      await page.waitForURL(/\/v\//);
    });
  });
}
