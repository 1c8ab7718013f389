import type { IncomingMessage, ServerResponse } from 'node:http';
import { PATIENTS } from '../france-connect/patients.js';
import { PROFESSIONALS } from '../psc/professionals.js';
import { fqdnsOf } from '../stack/sites.js';
import type { Stack } from '../stack/stack.js';
import { INSURED, type Insured } from '../studies/insured.js';
import type { SeriesOptions } from '../studies/study-shape.js';
import { type PlayedReport, playReport } from './play-report.js';
import { reportLink } from './report-link.js';
import { reportPage, type ShownReport } from './report-page.js';

const AWAIT_SECONDS = 30;
const MAX_FORM_BYTES = 4096;
const SQUARE = { rows: 256, columns: 256 };

/** Exams that can be played: of each modality something to look at. */
const EXAMS: Readonly<Record<string, { readonly label: string; readonly series: readonly SeriesOptions[] }>> = {
  ct: {
    label: 'Scanner : fantôme, images clés et compte rendu structuré',
    series: [
      { modality: 'CT', instances: 3, size: SQUARE, pattern: 'phantom', description: 'Repérage' },
      { modality: 'KO' },
      { modality: 'CT', instances: 80, size: SQUARE, pattern: 'phantom', description: 'Fantôme' },
      { modality: 'SR' },
    ],
  },
  mr: {
    label: 'IRM : deux séries',
    series: [
      { modality: 'MR', instances: 24, size: SQUARE },
      { modality: 'MR', instances: 12 },
    ],
  },
  dx: { label: 'Radiographie', series: [{ modality: 'DX', size: { rows: 1024, columns: 1024 } }] },
  mg: {
    label: 'Mammographie : quatre incidences',
    series: [{ modality: 'MG', instances: 4, size: { rows: 1024, columns: 512 } }],
  },
  us: {
    label: 'Échographie : ciné en couleurs',
    series: [{ modality: 'US', frames: 20, size: { rows: 240, columns: 320 } }],
  },
  pt: {
    label: 'TEP-scanner',
    series: [
      { modality: 'CT', instances: 40 },
      { modality: 'PT', instances: 40 },
    ],
  },
};

const isInsured = (login: string): login is Insured => login in INSURED;
const labelOf = (login: string): string => PATIENTS.find((one) => one.login === login)?.label ?? login;

/** The desk of the RIS of the sandbox: plays reports on demand, and shows those that were played with their links. */
export class ReportDesk {
  private readonly shown: ShownReport[] = [];
  private next: number;

  /** @param first number of the next report. */
  constructor(
    private readonly stack: Stack,
    first: number,
  ) {
    this.next = first;
  }

  /** The link as the RIS writes it into the report of that number. */
  link(study: string, number: number): string {
    const { vi } = fqdnsOf(this.stack.drimbox, 1);
    return reportLink(vi, this.stack.around.doors.vi, study, number);
  }

  /** Adds a report that was played already. */
  add(number: number, played: PlayedReport, patient: string, exam: string): void {
    const pointer = played.entry ? 'pointeur publié au DMP' : 'pointeur pas encore au DMP';
    this.shown.unshift({
      number,
      patient,
      exam,
      link: this.link(played.study, number),
      state: `Compte rendu ${number} : acquittement ${played.acknowledgement}, ${pointer}.`,
    });
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'POST') return this.show(response, 200);
    const form = new URLSearchParams(await bodyOf(request));
    const [login, kind] = [form.get('patient') ?? '', form.get('exam') ?? ''];
    const exam = EXAMS[kind];
    if (!isInsured(login) || !exam) return this.show(response, 400, 'Patient ou examen inconnu.');
    const number = this.next;
    this.next += 1;
    const wanted = { awaitSeconds: AWAIT_SECONDS, series: exam.series, patient: INSURED[login] };
    const played = await playReport(this.stack, 0, number, wanted, () => undefined);
    this.add(number, played, labelOf(login), exam.label);
    response.writeHead(303, { location: `/report#r${number}` }).end();
  }

  private show(response: ServerResponse, status: number, failure?: string): void {
    const page = reportPage({
      reports: this.shown,
      patients: Object.keys(INSURED).map((login) => ({ value: login, label: labelOf(login) })),
      exams: Object.entries(EXAMS).map(([value, { label }]) => ({ value, label })),
      professionals: PROFESSIONALS.map(({ label }) => label),
      identities: PATIENTS.map(({ label }) => label),
      host: fqdnsOf(this.stack.drimbox, 1).vi,
      caFile: this.stack.nation.exchange?.caFile,
      failure,
    });
    response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }).end(page);
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_FORM_BYTES) return '';
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
