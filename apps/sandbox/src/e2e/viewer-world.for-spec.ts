import { loadStudy } from '../pacs/pacs-loader.js';
import { authorityBundle } from '../pki/store.js';
import { Mesh } from '../mesh/mesh.js';
import { Browser } from '../oidc/browser.for-spec.js';
import { fqdnsOf } from '../stack/sites.js';
import { reportLink } from '../start/report-link.js';
import type { StackOptions } from '../stack/stack.js';
import { generateStudy, type Study } from '../studies/generate-study.js';
import { sendReport } from './play.js';

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

  /** A study with a published pointer; its report carries the same number. */
  async published(number: number): Promise<Study> {
    const study = generateStudy({
      number,
      series: [
        { modality: 'CT', instances: 3, size: { rows: 128, columns: 128 } },
        { modality: 'US', instances: 1, frames: 3 },
      ],
    });
    const pacs = this.mesh.stack.pacs[0];
    if (!pacs) throw new Error('no PACS');
    await loadStudy(pacs, study);
    await sendReport(this.mesh, [study], { document: number });
    await this.mesh.examIn(study.uid, 'published');
    return study;
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
