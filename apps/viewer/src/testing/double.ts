import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { existsSync, readFileSync } from 'node:fs';
import { type AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import {
  IMAGE_API_HEADER,
  PartType,
  SeriesPriority,
  VIEW_PAGE_POLICY,
  ViewContext,
  ViewSeriesList,
} from '@drimbox/contracts';
import { type DicomFile, readFile } from './dicom-file.js';
import { MEDIA_TYPES, writePart } from './parts.js';
import { zipDesk } from './zip-desk.js';

/** An object: a Part 10 file, or one already read. */
export type DoubleObject = Buffer | DicomFile;

const readObject = (object: DoubleObject): DicomFile => (Buffer.isBuffer(object) ? readFile(object) : object);

/** A series of the double, its objects as the portal would send them. */
export interface DoubleSeries {
  readonly id: string;
  readonly kind?: 'key-images' | 'images' | 'other';
  readonly number?: number;
  readonly modality: string;
  readonly description: string;
  readonly files: readonly DoubleObject[];
  /** Lossy form of the same objects. */
  readonly lossyFiles?: readonly DoubleObject[];
  /** Objects announced; default those there are. */
  readonly announced?: number;
  readonly outcome?: 'complete' | 'incomplete' | 'failed';
  /** Milliseconds between two objects. */
  readonly pace?: number;
  /** The stream of a quality waits after so many objects. */
  readonly hold?: { readonly after: number; readonly quality: string; readonly until: Promise<void> };
  /** The stream is cut after so many objects, the first time. */
  readonly cutAfter?: number;
}

export interface DoubleExam {
  readonly id: string;
  readonly description: string;
  readonly date: string;
  readonly series: readonly DoubleSeries[];
}

export interface DoubleOptions {
  readonly exams: readonly DoubleExam[];
  readonly context?: Partial<ViewContext>;
}

const VIEW = 'view-opaque-1';
const COOKIE = 'drimbox-session=of-the-test';
const SITE = new URL('../../dist/site/', import.meta.url).pathname;
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
};
const BOUNDARY = 'drimbox-parts';

/** The image API of docs/image-api.md over objects in memory, with the page and its policy. For tests only. */
export class ImageApiDouble {
  readonly requests: string[] = [];
  private readonly cut = new Set<string>();
  private readonly zips = zipDesk();
  private expired = false;

  private constructor(
    private readonly server: Server,
    private readonly options: DoubleOptions,
  ) {}

  static async start(options: DoubleOptions): Promise<ImageApiDouble> {
    if (!existsSync(join(SITE, 'index.html'))) throw new Error('the viewer is not built: npm run build -w apps/viewer');
    const server = createServer((request, response) => void double.answer(request, response));
    const double = new ImageApiDouble(server, options);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return double;
  }

  get page(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v/${VIEW}/`;
  }

  expire(): void {
    this.expired = true;
  }

  /** Begins a session anew after its end. */
  renew(): void {
    this.expired = false;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://double');
    this.requests.push(`${request.method} ${request.url}`);
    if (pathname.startsWith('/viewer/')) return asset(pathname.slice('/viewer/'.length), response);
    if (pathname === `/v/${VIEW}/`) {
      response.setHeader('set-cookie', `${COOKIE}; HttpOnly; SameSite=Strict; Path=/`);
      response.setHeader('content-security-policy', VIEW_PAGE_POLICY);
      response.setHeader('cross-origin-opener-policy', 'same-origin');
      response.setHeader('cache-control', 'no-store');
      return asset('index.html', response);
    }
    if (!pathname.startsWith(`/api/v/${VIEW}/`)) return refuse(response, 404, 'not-found');
    if (this.expired || !request.headers.cookie?.includes(COOKIE)) return refuse(response, 401, 'expired');
    if (request.method !== 'GET' && request.headers[IMAGE_API_HEADER] !== '1')
      return refuse(response, 403, 'forbidden');
    response.setHeader('cache-control', 'no-store');
    response.setHeader('x-content-type-options', 'nosniff');
    await this.api(request, response, pathname.slice(`/api/v/${VIEW}/`.length), searchParams.get('quality') ?? '');
  }

  private async api(request: IncomingMessage, response: ServerResponse, path: string, quality: string): Promise<void> {
    const words = path.split('/');
    const exam = this.options.exams.find(({ id }) => id === words[1]);
    const series = exam?.series.find(({ id }) => id === words[3]);
    if (path === 'context') return json(response, this.context());
    if (path === 'alive' || path === 'logout') {
      if (path === 'logout') this.expired = true;
      return void response.writeHead(204).end();
    }
    if (!exam) return refuse(response, 404, 'not-found');
    if (words[2] === 'priority') {
      SeriesPriority.parse(JSON.parse(await body(request)));
      return void response.writeHead(204).end();
    }
    if (words[2] === 'zip') return this.zips(request, response, words[3], words[4], exam);
    if (words[2] === 'series' && words[3] === undefined) return json(response, listOf(exam));
    if (!series) return refuse(response, 404, 'not-found');
    if (words[4] === undefined) return this.stream(response, series, quality);
    const file = series.files[Number(words[5]?.slice(1))];
    const read = file && readObject(file);
    if (words[6] === 'document' && read) {
      const bytes = Buffer.from(read.json['00420011']?.InlineBinary ?? '', 'base64');
      response.setHeader('content-disposition', 'attachment; filename="document.pdf"');
      response.setHeader('content-type', 'application/pdf');
      return void response.end(bytes);
    }
    const frame = read?.frames[Number(words[7]) - 1];
    if (!read || !frame) return refuse(response, 404, 'not-found');
    response.setHeader('content-type', mediaType(read.transferSyntax));
    response.end(frame);
  }

  private context(): ViewContext {
    return ViewContext.parse({
      version: '0.1.0-test',
      patient: {
        birthName: 'PAT-TROIS',
        firstBirthGiven: 'DOMINIQUE',
        birthDate: '1979-03-28',
        sex: 'F',
        birthPlace: { code: '63220' },
        test: true,
      },
      user: { kind: 'professional', name: 'Dr Camille ESSAI', role: 'Médecin', structure: 'Cabinet de test' },
      exams: this.options.exams.map(({ id, description, date, series }) => ({
        id,
        description,
        date,
        modalities: [...new Set(series.map(({ modality }) => modality))],
        place: 'Centre de test',
      })),
      allowed: { zip: true, lossy: true },
      firstQuality: 'lossless',
      idleSeconds: 900,
      language: 'fr',
      ...this.options.context,
    });
  }

  private async stream(response: ServerResponse, series: DoubleSeries, quality: string): Promise<void> {
    response.setHeader('content-type', `multipart/related; type="${PartType.Metadata}"; boundary=${BOUNDARY}`);
    const files = quality === 'lossy' ? (series.lossyFiles ?? series.files) : series.files;
    const expected = series.announced ?? files.length;
    let sent = 0;
    for (const [index, file] of files.entries()) {
      if (series.hold?.after === index && series.hold.quality === quality) await series.hold.until;
      if (index === series.cutAfter && !this.cut.has(series.id)) {
        this.cut.add(series.id);
        return void response.destroy();
      }
      const { json: metadata, frames, transferSyntax } = readObject(file);
      const location = `instances/i${index}`;
      writePart(response, BOUNDARY, PartType.Metadata, location, JSON.stringify(metadata));
      const type = mediaType(transferSyntax) + (quality === 'lossy' && series.lossyFiles ? '; lossy=1' : '');
      for (const [at, frame] of frames.entries()) {
        writePart(response, BOUNDARY, type, `${location}/frames/${at + 1}`, frame);
      }
      sent += 1;
      writePart(response, BOUNDARY, PartType.Progress, undefined, JSON.stringify({ received: sent, expected }));
      if (series.pace !== undefined) await new Promise((resolve) => setTimeout(resolve, series.pace));
      else if (response.writableNeedDrain) await new Promise((resolve) => response.once('drain', resolve));
      if (response.destroyed) return;
    }
    const outcome = series.outcome ?? 'complete';
    writePart(response, BOUNDARY, PartType.Outcome, undefined, JSON.stringify({ outcome, received: sent, expected }));
    response.end(`--${BOUNDARY}--\r\n`);
  }
}

const mediaType = (transferSyntax: string): string =>
  `${MEDIA_TYPES[transferSyntax] ?? 'application/octet-stream'}; transfer-syntax=${transferSyntax}`;

const listOf = ({ series }: DoubleExam): ViewSeriesList =>
  ViewSeriesList.parse({
    complete: true,
    series: series.map(({ id, kind = 'images', number, modality, description, files, announced }) => ({
      id,
      kind,
      ...(number !== undefined && { number }),
      modality,
      description,
      instances: announced ?? files.length,
    })),
  });

function asset(name: string, response: ServerResponse): void {
  const path = join(SITE, name);
  if (!path.startsWith(SITE) || !existsSync(path)) return refuse(response, 404, 'not-found');
  response.setHeader('content-type', TYPES[extname(path)] ?? 'application/octet-stream');
  // A worker is a document of its own: it gets the policy too.
  response.setHeader('content-security-policy', VIEW_PAGE_POLICY);
  response.setHeader('cross-origin-resource-policy', 'same-origin');
  response.end(readFileSync(path));
}

const json = (response: ServerResponse, value: object): void => {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(value));
};

function refuse(response: ServerResponse, status: number, reason: string): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ reason, fr: 'Refusé.', en: 'Refused.' }));
}

async function body(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
