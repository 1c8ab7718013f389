import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Mesh } from '../../mesh/mesh.js';
import { reportOf } from '../../mesh/report-of.js';
import { reportLink } from '../../start/report-link.js';
import { fqdnsOf, SITES } from '../../stack/sites.js';
import { type DataSet, loadDataSet } from '../common/data-sets.js';
import { DICOM_WEB_PLUGIN } from '../wado/orthanc-web.js';
import { OhifServer } from './ohif-server.js';

/** The spool forgets a series so long after its last reader, and the next opening asks the PACS again. */
export const SPOOL_KEEP_SECONDS = 5;
const SITE = SITES[0]!;
const PUBLISH_SECONDS = 120;
/** A study that nobody has. */
const NOWHERE = { study: '1.2.3.4', document: 9999 };

/** A whole DRIMbox, and OHIF in front of its PACS. */
export class ViewerWorld {
  readonly host: string;

  private constructor(
    private readonly mesh: Mesh,
    readonly ohif: OhifServer,
  ) {
    this.host = `${this.vi}:${mesh.stack.around.doors.vi}`;
  }

  static async start(dir: string, started: (part: { stop(): Promise<unknown> }) => void): Promise<ViewerWorld> {
    if (!existsSync(DICOM_WEB_PLUGIN)) throw new Error('orthanc-dicomweb is not installed: OHIF would have nothing');
    const mesh = await Mesh.start({
      dir,
      durable: true,
      sites: [SITE],
      exchange: true,
      pacsPlugins: [DICOM_WEB_PLUGIN],
      env: { 'pacs-bridge': { DRIMBOX_SPOOL_KEEP_SECONDS: String(SPOOL_KEEP_SECONDS) } },
    });
    started(mesh);
    const ohif = await OhifServer.start(mesh.stack.pacs[0]!.restUrl);
    started(ohif);
    return new ViewerWorld(mesh, ohif);
  }

  get bridgeLog(): string {
    return join(this.mesh.stack.dir, 'pacs-bridge.log');
  }

  /** Loads the series into the PACS, sends its report and waits for the pointer. @returns the link in the report. */
  async publish(
    set: Omit<DataSet, 'name'>,
    document: number,
  ): Promise<{ readonly link: string; readonly bytes: number }> {
    const { bytes } = await loadDataSet(this.mesh.stack.pacs[0]!.restUrl, set);
    const answer = await this.mesh.send(reportOf(SITE, [set.reported], { document }));
    if (!answer.ok || answer.ack.code !== 'AA') throw new Error('the report was not accepted');
    await this.mesh.examIn(set.study, 'published', PUBLISH_SECONDS);
    return { link: this.link(set.study, document, set.reported.accession), bytes };
  }

  /** A link that leads through the login and to a refusal. */
  get nowhere(): string {
    return this.link(NOWHERE.study, NOWHERE.document);
  }

  private link(study: string, document: number, accession?: string): string {
    return reportLink(this.vi, this.mesh.stack.around.doors.vi, study, document, accession);
  }

  private get vi(): string {
    return fqdnsOf(this.mesh.stack.drimbox, 1).vi;
  }
}
