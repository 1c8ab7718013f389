import {
  IMAGE_API_HEADER,
  ImageQuality,
  SeriesPriority,
  type ViewContext,
  ViewContext as ViewContextSchema,
} from '@drimbox/contracts';
import { Refusals } from '@drimbox/images';
import { type CommonConfig, CONFIG, InternalClient, Logger, SiteRegistryHolder } from '@drimbox/service';
import { Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { dashed, viewPatientOf } from '../access/traits.js';
import type { Settings } from '../config/settings.js';
import { personIn } from '../journal/door.js';
import type { Exchange } from '../portal/exchange.js';
import { cookieOf, SESSION_COOKIE } from '../session/cookies.js';
import { SessionKey } from '../session/session-key.js';
import type { Session, View } from '../session/session.js';
import { ViewRepository, type ViewState } from '../session/view.repository.js';
import { Ahead } from './ahead.js';
import { noContent, refuse, sendJson } from './answers.js';
import { type CatalogueSeries, catalogueOf, seriesListOf } from './catalogue.js';
import { OpaqueIds } from './opaque-ids.js';
import { SeriesStream } from './series-stream.js';
import { SingleApi } from './single-api.js';
import { ZipApi } from '../zip/zip-api.js';

/** What a request of the viewer may do to its session. */
export interface SessionActs {
  alive(session: Session): Promise<void>;
  logout(session: Session): Promise<void>;
}

const VERSION = process.env['npm_package_version'] ?? '0.1.0';
const MAX_WANTED = 50;
const MAX_BODY_BYTES = 16_384;

/** The image API of a view (docs/image-api.md): answers to the session that opened it, and to no other. */
@Injectable()
export class ImageApi {
  constructor(
    private readonly views: ViewRepository,
    private readonly key: SessionKey,
    private readonly stream: SeriesStream,
    private readonly ahead: Ahead,
    private readonly singles: SingleApi,
    private readonly zips: ZipApi,
    private readonly refusals: Refusals,
    private readonly registry: SiteRegistryHolder,
    private readonly client: InternalClient,
    private readonly logger: Logger,
    @Inject(CONFIG) private readonly settings: Settings & CommonConfig,
  ) {}

  /** The page of a view is about to leave: its first series begins. @returns the addresses that the page will ask first. */
  opened(view: View): readonly string[] {
    const ids = this.idsOf(view);
    const catalogue = catalogueOf(view.identity, ids);
    const first = catalogue.find(({ info }) => info.kind !== 'other');
    if (first) this.ahead.begin(view, first);
    return ['context', `exams/${ids.of(view.study)}/series`].map((path) => `/api/v/${view.id}/${path}`);
  }

  async answer(exchange: Exchange, viewId: string, path: string, acts: SessionActs): Promise<void> {
    const { request, name } = exchange;
    const cookie = cookieOf(request, SESSION_COOKIE);
    const found = await this.views.find(viewId, cookie, name.link.id);
    if (found.state === 'expired') return refuse(exchange, 401, 'expired');
    if (found.state === 'forbidden') {
      if (path.startsWith('exams/')) await this.refusedMeanwhile(exchange, found);
      return refuse(exchange, 403, 'forbidden');
    }
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

  /** Images of an exam that was withdrawn, or hidden from its patient, since it was opened. */
  private refusedMeanwhile(
    { name, from }: Exchange,
    { study, who }: ViewState & { state: 'forbidden' },
  ): Promise<void> {
    return this.refusals.record({
      id: randomUUID(),
      site: name.site,
      pacsLink: name.link.id,
      study,
      person: personIn(who),
      code: 'DRIM-709',
      cause: 'withdrawn or hidden since it was opened',
      from,
    });
  }

  private async exam(
    exchange: Exchange,
    view: View,
    method: string,
    words: readonly string[],
    stands: () => Promise<boolean>,
    alive: () => Promise<void>,
  ): Promise<void> {
    const ids = this.idsOf(view);
    const [, exam, what, seriesId, , instanceId, kind, number] = words;
    if (words[0] !== 'exams' || exam !== ids.of(view.study)) return refuse(exchange, 404, 'not-found');
    const catalogue = catalogueOf(view.identity, ids);
    if (method === 'POST' && what === 'priority' && words.length === 3) return this.priority(exchange, view, catalogue);
    if (what === 'zip') return this.zips.answer(exchange, view, catalogue, method, words.slice(3), { stands, alive });
    if (method !== 'GET' || what !== 'series') return refuse(exchange, 404, 'not-found');
    if (words.length === 3) return sendJson(exchange, 200, seriesListOf(catalogue));
    const series = catalogue.find(({ info }) => info.id === seriesId);
    if (!series) return refuse(exchange, 404, 'not-found');
    const quality = this.qualityOf(exchange);
    if (!quality) return refuse(exchange, 400, 'wrong');
    if (words.length === 4) {
      this.ahead.end(view.id);
      return this.stream.give(exchange, view, series, ids, quality, stands);
    }
    const place = words[4] === 'instances' ? series.instances.get(instanceId ?? '') : undefined;
    if (!place) return refuse(exchange, 404, 'not-found');
    if (kind === 'frames' && words.length === 8 && /^[1-9][0-9]{0,5}$/.test(number ?? ''))
      return this.singles.frame(exchange, view, place, Number(number), quality);
    if (kind === 'document' && words.length === 7) return this.singles.document(exchange, view, place);
    return refuse(exchange, 404, 'not-found');
  }

  /** Undefined: no such quality. A site that allows no loss gives everything without. */
  private qualityOf({ query }: Exchange): ImageQuality | undefined {
    const asked = new URLSearchParams(query).get('quality') ?? 'lossless';
    const quality = ImageQuality.safeParse(asked).data;
    return quality === 'lossy' && !this.settings.lossy ? 'lossless' : quality;
  }

  /** What is looked at comes first of what this view waits for: pacs-bridge orders those that have not begun. */
  private async priority(exchange: Exchange, view: View, catalogue: readonly CatalogueSeries[]): Promise<void> {
    const said = SeriesPriority.safeParse(await readJson(exchange));
    if (!said.success) return refuse(exchange, 400, 'wrong');
    const wanted = said.data.series.flatMap((id) => catalogue.find(({ info }) => info.id === id)?.parts ?? []);
    const series = [...new Set(wanted.map((part) => part.series))].slice(0, MAX_WANTED);
    const told = await this.client.call({
      to: 'pacs-bridge',
      path: `/links/${encodeURIComponent(view.pacsLink)}/preference`,
      body: { flow: view.id, series },
      answer: z.undefined(),
    });
    // A hint: without it the images come all the same, in the order in which they were asked for.
    if (!told.ok) this.logger.warn('priority.not-told', { code: told.failure.code, detail: told.failure.detail });
    noContent(exchange);
  }

  private idsOf({ id }: View): OpaqueIds {
    return new OpaqueIds(this.key.sealer.derived(`ids ${id}`));
  }

  private contextOf({ name, language }: Exchange, view: View): ViewContext {
    const { identity, who } = view;
    const ids = this.idsOf(view);
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
      allowed: { zip: true, lossy: this.settings.lossy },
      firstQuality: this.settings.lossy ? this.settings.firstQuality : 'lossless',
      idleSeconds: this.settings.sessionIdleSeconds,
      language,
    });
  }
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
