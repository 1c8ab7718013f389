import {
  IMAGE_API_HEADER,
  SeriesPriority,
  type ViewContext,
  ViewContext as ViewContextSchema,
} from '@drimbox/contracts';
import { type CommonConfig, CONFIG, SiteRegistryHolder } from '@drimbox/service';
import { Inject, Injectable } from '@nestjs/common';
import { dashed, viewPatientOf } from '../access/traits.js';
import type { Settings } from '../config/settings.js';
import type { Exchange } from '../portal/exchange.js';
import { cookieOf, SESSION_COOKIE } from '../session/cookies.js';
import { SessionKey } from '../session/session-key.js';
import type { Session, View } from '../session/session.js';
import { ViewRepository } from '../session/view.repository.js';
import { API_HEADERS, noContent, refuse, sendJson } from './answers.js';
import { catalogueOf, seriesListOf } from './catalogue.js';
import { OpaqueIds } from './opaque-ids.js';
import { SeriesStream } from './series-stream.js';
import { type EncapsulatedDocument, type Single, Singles } from './single.js';
import { ZipApi } from '../zip/zip-api.js';
import { mediaTypeOf, type ViewFrame } from './view-frames.js';

/** What a request of the viewer may do to its session. */
export interface SessionActs {
  alive(session: Session): Promise<void>;
  logout(session: Session): Promise<void>;
}

const VERSION = process.env['npm_package_version'] ?? '0.1.0';
const MAX_BODY_BYTES = 16_384;

/** The image API of a view (docs/image-api.md): answers to the session that opened it, and to no other. */
@Injectable()
export class ImageApi {
  constructor(
    private readonly views: ViewRepository,
    private readonly key: SessionKey,
    private readonly stream: SeriesStream,
    private readonly singles: Singles,
    private readonly zips: ZipApi,
    private readonly registry: SiteRegistryHolder,
    @Inject(CONFIG) private readonly settings: Settings & CommonConfig,
  ) {}

  async answer(exchange: Exchange, viewId: string, path: string, acts: SessionActs): Promise<void> {
    const { request, name } = exchange;
    const cookie = cookieOf(request, SESSION_COOKIE);
    const found = await this.views.find(viewId, cookie, name.link.id);
    if (found.state === 'expired') return refuse(exchange, 401, 'expired');
    if (found.state === 'forbidden') return refuse(exchange, 403, 'forbidden');
    const { method = 'GET' } = request;
    if (method !== 'GET' && request.headers[IMAGE_API_HEADER] !== '1') return refuse(exchange, 403, 'forbidden');
    const { view, session } = found;
    const stands = async (): Promise<boolean> => (await this.views.find(viewId, cookie, name.link.id)).state === 'open';
    switch (`${method} ${path}`) {
      case 'GET context':
        return sendJson(exchange, 200, this.contextOf(exchange, view));
      case 'POST alive':
        await acts.alive(session);
        return noContent(exchange);
      case 'POST logout':
        await acts.logout(session);
        return noContent(exchange);
      default:
        return this.exam(exchange, view, method, path.split('/'), stands, () => acts.alive(session));
    }
  }

  private async exam(
    exchange: Exchange,
    view: View,
    method: string,
    words: readonly string[],
    stands: () => Promise<boolean>,
    alive: () => Promise<void>,
  ): Promise<void> {
    const ids = new OpaqueIds(this.key.sealer.derived(`ids ${view.id}`));
    const [, exam, what, seriesId, , instanceId, kind, number] = words;
    if (words[0] !== 'exams' || exam !== ids.of(view.study)) return refuse(exchange, 404, 'not-found');
    const catalogue = catalogueOf(view.identity, ids);
    if (method === 'POST' && what === 'priority' && words.length === 3) return this.priority(exchange);
    if (what === 'zip') return this.zips.answer(exchange, view, catalogue, method, words.slice(3), { stands, alive });
    if (method !== 'GET' || what !== 'series') return refuse(exchange, 404, 'not-found');
    if (words.length === 3) return sendJson(exchange, 200, seriesListOf(catalogue));
    const series = catalogue.find(({ info }) => info.id === seriesId);
    if (!series) return refuse(exchange, 404, 'not-found');
    if (words.length === 4) return this.stream.give(exchange, view, series, ids, stands);
    const place = words[4] === 'instances' ? series.instances.get(instanceId ?? '') : undefined;
    if (!place) return refuse(exchange, 404, 'not-found');
    const gone = new AbortController();
    exchange.response.once('close', () => gone.abort());
    if (kind === 'frames' && words.length === 8 && /^[1-9][0-9]{0,5}$/.test(number ?? ''))
      return sendFrame(exchange, await this.singles.frame(view, place, Number(number), gone.signal));
    if (kind === 'document' && words.length === 7)
      return sendDocument(exchange, await this.singles.document(view, place, gone.signal));
    return refuse(exchange, 404, 'not-found');
  }

  /** A hint that may be ignored: the viewer asks for what it shows first, and pacs-bridge serves each session in its order. */
  private async priority(exchange: Exchange): Promise<void> {
    const said = SeriesPriority.safeParse(await readJson(exchange));
    if (said.success) noContent(exchange);
    else refuse(exchange, 400, 'wrong');
  }

  private contextOf({ name, language }: Exchange, view: View): ViewContext {
    const { identity, who } = view;
    const ids = new OpaqueIds(this.key.sealer.derived(`ids ${view.id}`));
    const site = this.registry.current.sites.find(({ id }) => id === name.site);
    const date = dashed(identity.date);
    const place = identity.place ?? site?.name;
    const modalities = new Set(
      identity.series.map(({ modality }) => modality).filter((one) => one !== 'KO' && one !== ''),
    );
    return ViewContextSchema.parse({
      version: VERSION,
      patient: viewPatientOf(identity.patient, this.settings.showAllTraits),
      user: who.user,
      exams: [
        {
          id: ids.of(view.study),
          description: identity.description,
          ...(date !== undefined && { date }),
          modalities: [...modalities].slice(0, 50),
          ...(place !== undefined && { place }),
        },
      ],
      allowed: { zip: true, lossy: false },
      firstQuality: 'lossless',
      idleSeconds: this.settings.sessionIdleSeconds,
      language,
    });
  }
}

function sendFrame(exchange: Exchange, frame: Single<ViewFrame>): void {
  if (!frame.ok) return refuse(exchange, 502, 'unavailable', frame.ended.code);
  if (!frame.value) return refuse(exchange, 404, 'not-found');
  const { bytes, transferSyntax } = frame.value;
  exchange.response
    .writeHead(200, { ...API_HEADERS, 'content-type': mediaTypeOf(transferSyntax), 'content-length': bytes.length })
    .end(bytes);
}

/** Saved, never shown: a document may hold scripts. */
function sendDocument(exchange: Exchange, document: Single<EncapsulatedDocument>): void {
  if (!document.ok) return refuse(exchange, 502, 'unavailable', document.ended.code);
  if (!document.value) return refuse(exchange, 404, 'not-found');
  const { bytes, type } = document.value;
  const known = /^[a-z]+\/[a-z0-9.+-]{1,60}$/i.test(type) ? type : 'application/octet-stream';
  exchange.response
    .writeHead(200, {
      ...API_HEADERS,
      'content-type': known,
      'content-length': bytes.length,
      'content-disposition': `attachment; filename="document${known === 'application/pdf' ? '.pdf' : ''}"`,
      'content-security-policy': "sandbox; default-src 'none'",
    })
    .end(bytes);
}

async function readJson({ request }: Exchange): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}
