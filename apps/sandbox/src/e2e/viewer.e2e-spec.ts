import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ViewContext, ViewSeriesList, ZipExport as ZipBegun, ZipProgress } from '@drimbox/contracts';
import { eventually, tempDir } from '@drimbox/testing';
import type { Browser as Chromium } from 'playwright-core';
import { dataSetOf, digestOf } from '../images/data-set-of.js';
import type { Browser } from '../oidc/browser.for-spec.js';
import type { Study } from '../studies/generate-study.js';
import { documentId } from '../studies/numbering.js';
import { sendReport } from './play.js';
import { launchChromium, openPage } from './viewer-chromium.for-spec.js';
import { sessionWays } from './viewer-session.for-spec.js';
import { apiOf, type Ended, ViewerWorld } from './viewer-world.for-spec.js';
import { digestsOfZip } from './viewer-zip.for-spec.js';

const SECRETS = /eyJ|DOMINIQUE|PAT-TROIS|1\.2\.250|ACN/;

describe('the link in a report', () => {
  let world: ViewerWorld;
  let study: Study;
  let browsers: Browser[];

  afterAll(async () => {
    await Promise.all((browsers ?? []).map((browser) => browser.close()));
    await world?.stop();
  });
  // After the world has stopped: its files are still written until then.
  const dir = tempDir();

  beforeAll(async () => {
    world = await ViewerWorld.start({
      dir: join(dir, 'mesh'),
      env: { 'source-viewer': { DRIMBOX_PORTAL_PER_MINUTE: '2000', DRIMBOX_REFUSAL_MILLISECONDS: '300' } },
    });
    study = await world.published(3001);
    browsers = [];
    // The door learns of the pointer by an event.
    await eventually(async () => expect((await enter('professional', 'radiologue')).status).toBe(200), 30_000);
  }, 180_000);

  const browser = (): Browser => {
    const made = world.browser();
    browsers.push(made);
    return made;
  };
  const link = (): string => world.link(study, 3001);
  const enter = (
    profile: 'professional' | 'patient',
    login: string | undefined,
    at = link(),
    by = browser(),
  ): Promise<Ended> => world.enter(by, at, profile, login);
  const audited = (act: string): Promise<number> => world.audited(act);

  describe('in a real browser', () => {
    let chrome: Chromium;
    beforeAll(async () => {
      chrome = await launchChromium();
    });
    afterAll(() => chrome?.close());

    it('leads a radiologist from the click to the images, and out again', async () => {
      const { context, page, complaints } = await openPage(chrome, world.origin);
      await page.goto(link());
      expect(await page.locator('html').getAttribute('lang')).toBe('fr');
      await page.getByRole('button', { name: 'Professionnel de santé' }).click();
      await page.locator('button[value="radiologue"]').click();
      await page.waitForURL(/\/v\/[A-Za-z0-9_-]+\/$/);
      await page.locator('.grid .pane[data-first-pixels]').first().waitFor({ timeout: 30_000 });
      expect(await page.locator('.traits').innerText()).toContain('PAT-TROIS');
      // Nothing of the patient, the exam or the session is left where a script or another user would find it.
      expect(page.url()).not.toMatch(SECRETS);
      expect(await page.evaluate('JSON.stringify([localStorage, sessionStorage, document.cookie])')).toBe('[{},{},""]');
      expect(complaints).toEqual([]);
      const url = page.url();
      await page.evaluate(
        `fetch(location.pathname.replace('/v/', '/api/v/') + 'logout', { method: 'POST', headers: { 'x-drimbox-view': '1' } })`,
      );
      await page.goto('about:blank');
      const back = await page.goto(url);
      expect(back?.status()).toBe(401);
      await context.close();
    }, 90_000);
  });

  it('gives the series of the exam, compressed, to the session that opened it', async () => {
    const by = browser();
    const view = await enter('professional', 'radiologue', link(), by);
    expect(view.url).toMatch(/\/v\/[A-Za-z0-9_-]+\/$/);
    const context = ViewContext.parse(await (await by.ask(`${apiOf(view)}context`)).json());
    expect(context.patient).toMatchObject({ birthName: 'PAT-TROIS', birthDate: '1979-03-28', test: true });
    const exam = context.exams[0]?.id ?? '';
    const list = ViewSeriesList.parse(await (await by.ask(`${apiOf(view)}exams/${exam}/series`)).json());
    expect(list.series.map(({ modality, instances }) => [modality, instances])).toEqual([
      ['CT', 3],
      ['US', 1],
    ]);
    const stream = await by.ask(`${apiOf(view)}exams/${exam}/series/${list.series[0]?.id}?quality=lossless`);
    const text = Buffer.from(await stream.arrayBuffer()).toString('latin1');
    expect(stream.headers.get('content-type')).toMatch(
      /^multipart\/related; type="application\/dicom\+json"; boundary=/,
    );
    expect(text.match(/Content-Type: image\/jls; transfer-syntax=1\.2\.840\.10008\.1\.2\.4\.80/g)).toHaveLength(3);
    expect(text).toContain('"outcome":"complete"');
    expect(text).not.toMatch(/DOMINIQUE|PAT-TROIS|ACN3001/);
    expect(text).not.toContain(study.uid);

    const stranger = browser();
    await enter('professional', 'radiologue', link(), stranger);
    expect((await stranger.ask(`${apiOf(view)}context`)).status).toBe(401);
    expect((await browser().ask(`${apiOf(view)}context`)).status).toBe(401);
    expect((await by.ask(`${apiOf(view)}alive`, 'POST')).status).toBe(403);
    expect((await by.ask(`${apiOf(view)}alive`, 'POST', { 'x-drimbox-view': '1' })).status).toBe(204);
    await eventually(async () => expect(await audited('110104')).toBeGreaterThan(0));
  });

  it('gives the exam as a ZIP with its DICOMDIR, once, and costs the PACS no second retrieval', async () => {
    const by = browser();
    const view = await enter('professional', 'radiologue', link(), by);
    const context = ViewContext.parse(await (await by.ask(`${apiOf(view)}context`)).json());
    const zips = `${apiOf(view)}exams/${context.exams[0]?.id}/zip`;
    const asking = { 'x-drimbox-view': '1' };
    const begin = async (): Promise<string> =>
      `${zips}/${ZipBegun.parse(await (await by.ask(zips, 'POST', asking)).json()).id}`;
    const at = await begin();
    const archive = await by.ask(at);
    const file = join(dir, 'exam.zip');
    await writeFile(file, Buffer.from(await archive.arrayBuffer()));
    expect(archive.headers.get('content-disposition')).toBe('attachment; filename="EXAMEN.zip"');
    // Written down once the last byte has left.
    await eventually(async () =>
      expect(ZipProgress.parse(await (await by.ask(`${at}/progress`)).json())).toMatchObject({
        state: 'complete',
        received: 4,
        expected: 4,
      }),
    );
    const taken = await digestsOfZip(file, join(dir, 'exam'));
    const made = study.series.flatMap(({ instances }) =>
      instances.map((instance) => digestOf(dataSetOf(instance.file()))),
    );
    expect(taken.toSorted()).toEqual(made.toSorted());
    expect((await by.ask(at)).status).toBe(404);
    const second = await begin();
    expect((await by.ask(second, 'DELETE', asking)).status).toBe(204);
    expect((await by.ask(second)).status).toBe(404);
    const moves = await world.mesh.sql('pacs-bridge', "select count(*) from outbox where event = 'images.retrieved'");
    expect(Number(moves[0])).toBeLessThanOrEqual(study.series.length);
    await eventually(async () => expect(await audited('110106')).toBe(1));
  });

  it('lets the patient of the exam in, and nobody else', async () => {
    expect((await enter('patient', 'pat-trois')).url).toMatch(/\/v\//);
    const other = await enter('patient', 'simple');
    const unknown = await enter('patient', 'pat-trois', world.link({ uid: '1.2.3.4', accession: 'ACN3001' }, 3001));
    expect([other.status, unknown.status]).toEqual([403, 403]);
    const words = ({ page }: Ended): string => page.replace(/\/acces\/[A-Za-z0-9_-]+|\/retour/g, '');
    expect(words(other)).toBe(words(unknown));
    expect(other.page).toContain('01 99 00 00 00');
    expect(other.page).not.toMatch(SECRETS);
  });

  it.each<[string, (over: { uid: string; accession: string }) => string]>([
    ['another accession number', ({ uid }) => world.link({ uid, accession: 'ACN9' }, 3001)],
    ['another report', (facts) => world.link(facts, 9999)],
    ['a study that is not there', ({ accession }) => world.link({ uid: '1.2.3', accession }, 3001)],
  ])('refuses a link with %s', async (_, of) => {
    expect((await enter('professional', 'radiologue', of(study))).status).toBe(403);
  });

  it('takes the spellings of other RIS, and no half of a link', async () => {
    const { searchParams: facts } = new URL(link());
    const other = new URLSearchParams({
      REQUESTTYPE: 'study',
      studyInstanceUID: facts.get('studyUID') ?? '',
      accessionNumber: facts.get('Accessionnumber') ?? '',
      IDCDA: facts.get('idCDA') ?? '',
    });
    const spelt = `${world.origin}/IHEInvokeImageDisplay?${other.toString()}`;
    expect((await enter('professional', 'radiologue', spelt)).status).toBe(200);
    expect(
      (await enter('professional', 'radiologue', `${world.origin}/IHEInvokeImageDisplay?requestType=STUDY`)).status,
    ).toBe(400);
  });

  sessionWays(() => ({ world, link, enter, browser }));

  it('two links in two tabs stay two exams', async () => {
    const second = await world.published(3002);
    const by = browser();
    await eventually(
      async () => expect((await enter('professional', 'radiologue', world.link(second, 3002))).status).toBe(200),
      30_000,
    );
    const [one, two] = [await by.follow(link(), '-'), await by.follow(world.link(second, 3002), '-')];
    const logins = [];
    for (const { url } of [one, two]) {
      const sent = await by.post(url, { profil: 'professional' });
      logins.push(sent.headers.get('location') ?? '');
    }
    const first = await world.end(by, await by.signIn(logins[0] ?? '', 'radiologue', `${world.origin}/retour`));
    // The other tab is signed in by now; its link still leads to its own exam.
    const other = await by.follow(two.url, '-');
    const exams = await Promise.all(
      [first.url, other.url].map(async (url) => {
        const api = url.replace('/v/', '/api/v/');
        return ViewContext.parse(await (await by.ask(`${api}context`)).json()).exams[0]?.id;
      }),
    );
    expect(new Set(exams).size).toBe(2);
    const foreign = await by.ask(`${first.url.replace('/v/', '/api/v/')}exams/${exams[1]}/series`);
    expect(foreign.status).toBe(404);
  }, 90_000);

  it('shuts the patient out when the exam becomes invisible to them, and everybody once it is withdrawn', async () => {
    const hidden = await world.published(3003);
    const at = world.link(hidden, 3003);
    const by = browser();
    const entered = async (): Promise<Ended> => enter('patient', 'pat-trois', at, by);
    let view: Ended | undefined;
    await eventually(async () => {
      view = await entered();
      expect(view.url).toMatch(/\/v\//);
    }, 30_000);
    const site = world.mesh.stack.sites[0];
    if (!site || !view) throw new Error('no site');
    const open = view;
    await sendReport(world.mesh, [hidden], {
      document: 3004,
      intent: 'replace',
      flags: { INVISIBLE_PATIENT: true },
      cda: { replaces: documentId(3003), version: 2 },
    });
    await eventually(async () => expect((await by.ask(`${apiOf(open)}context`)).status).toBe(403), 30_000);
    expect((await enter('patient', 'pat-trois', at)).status).toBe(403);
    // A link of the earlier version still leads a professional there.
    expect((await enter('professional', 'radiologue', at)).status).toBe(200);
    await sendReport(world.mesh, [hidden], { document: 3004, intent: 'withdraw', cda: { version: 2 } });
    await eventually(async () => expect((await enter('professional', 'radiologue', at)).status).toBe(403), 30_000);
  }, 90_000);
});
