import { eventually } from '@drimbox/testing';
import { loadStudy } from '../pacs/pacs-loader.js';
import { authorityBundle } from '../pki/store.js';
import { Mesh } from '../mesh/mesh.js';
import { Browser } from '../oidc/browser.for-spec.js';
import { fqdnsOf } from '../stack/sites.js';
import { reportLink } from '../start/report-link.js';
import type { StackOptions } from '../stack/stack.js';
import type { ReportOf } from '../mesh/report-of.js';
import { generateStudy, type Study, type StudyOptions } from '../studies/generate-study.js';
import { sendReport } from './play.js';

const SMALL: StudyOptions['series'] = [
  { modality: 'CT', instances: 3, size: { rows: 128, columns: 128 } },
  { modality: 'US', instances: 1, frames: 3 },
];

/** A page, an answer or a refusal at the end of a way. */
export interface Ended {
  readonly url: string;
  readonly status: number;
  readonly page: string;
}

/** The image API of a view, by the address of its page. */
export const apiOf = ({ url }: Pick<Ended, 'url'>): string => url.replace('/v/', '/api/v/');

/** A DRIMbox whose reports carry links, and browsers that follow them. */
export class ViewerWorld {
  readonly origin: string;
  readonly host: string;

  private constructor(readonly mesh: Mesh) {
    const { vi } = fqdnsOf(mesh.stack.drimbox, 1);
    this.host = `${vi}:${mesh.stack.around.doors.vi}`;
    this.origin = `https://${this.host}`;
  }

  static async start(options: StackOptions): Promise<ViewerWorld> {
    return new ViewerWorld(await Mesh.start({ ...options, exchange: true }));
  }

  /** A study with a published pointer, small unless said otherwise; its report carries the same number. */
  published(number: number, options: Partial<StudyOptions> = {}, report: Partial<ReportOf> = {}): Promise<Study> {
    return this.publish(generateStudy({ number, series: SMALL, ...options }), number, report);
  }

  async publish(study: Study, number: number, report: Partial<ReportOf> = {}): Promise<Study> {
    const pacs = this.mesh.stack.pacs[0];
    if (!pacs) throw new Error('no PACS');
    await loadStudy(pacs, study);
    await sendReport(this.mesh, [study], { document: number, ...report });
    await this.mesh.examIn(study.uid, 'published');
    await this.known(study, report.flags?.INVISIBLE_PATIENT ? 'hidden' : 'shown');
    return study;
  }

  /** Waits until the door, which hears of exams by events, knows how this one stands. */
  async known(study: Study, stands: 'shown' | 'hidden' | 'withdrawn' = 'shown'): Promise<void> {
    const wanted = { shown: 't|f', hidden: 't|t', withdrawn: 'f|' }[stands];
    const statement = `select shown, invisible_to_subject from exam where study = '${study.uid}'`;
    await eventually(
      async () => (await this.mesh.sql('source-viewer', statement))[0]?.startsWith(wanted) ?? false,
      30_000,
    );
  }

  /** As the RIS writes it into the report. */
  link({ uid, accession }: Pick<Study, 'uid' | 'accession'>, document: number): string {
    const [vi = ''] = this.host.split(':');
    return reportLink(vi, this.mesh.stack.around.doors.vi, uid, document, accession);
  }

  browser(): Browser {
    const { igc, market } = this.mesh.stack.nation;
    return new Browser(authorityBundle(igc) + authorityBundle(market), true);
  }

  /** Click, choice, login of the provider's sandbox, and where that ends. */
  async enter(
    browser: Browser,
    link: string,
    profile: 'professional' | 'patient',
    login: string | undefined,
  ): Promise<Ended> {
    const choice = await browser.follow(link, '-');
    if (!choice.url.includes('/acces/')) return { ...choice, page: choice.page ?? '' };
    const sent = await browser.post(choice.url, { profil: profile });
    const provider = sent.headers.get('location');
    if (provider === null) return { url: choice.url, status: sent.status, page: await sent.text() };
    const callback = await browser.signIn(provider, login, `${this.origin}/retour`);
    return this.end(browser, callback);
  }

  async end(browser: Browser, url: string): Promise<Ended> {
    const { url: at, status, page = '' } = await browser.follow(url, '-');
    return { url: at, status, page };
  }

  /** Records of an act, by its code, that the door has left. */
  async audited(act: string): Promise<number> {
    const like = `select count(*) from audit_outbox where record::text like '%${act}%'`;
    return Number((await this.mesh.sql('source-viewer', like))[0]);
  }

  stop(): Promise<void> {
    return this.mesh.stop();
  }
}
