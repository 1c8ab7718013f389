import { Injectable } from '@nestjs/common';
import { noContent, refuse, sendJson } from '../images/answers.js';
import type { CatalogueSeries } from '../images/catalogue.js';
import type { Exchange } from '../portal/exchange.js';
import type { View } from '../session/session.js';
import { ExportRepository } from './export.repository.js';
import { type ExportSession, ZipExport } from './zip-export.js';

/** The archive of an exam: asked for, streamed, watched, cancelled (docs/image-api.md). */
@Injectable()
export class ZipApi {
  constructor(
    private readonly exports: ExportRepository,
    private readonly archive: ZipExport,
  ) {}

  /** @param words what follows `zip/` in the address. */
  async answer(
    exchange: Exchange,
    view: View,
    catalogue: readonly CatalogueSeries[],
    method: string,
    words: readonly string[],
    session: ExportSession,
  ): Promise<void> {
    const [id, what] = words;
    if (words.length === 0 && method === 'POST') {
      const asked = await this.exports.ask(view.id, instancesOf(catalogue));
      return asked === undefined ? refuse(exchange, 429, 'busy') : sendJson(exchange, 201, { id: asked });
    }
    if (id === undefined || words.length > 2) return refuse(exchange, 404, 'not-found');
    if (method === 'GET' && what === 'progress') {
      const progress = await this.exports.progress(view.id, id);
      return progress ? sendJson(exchange, 200, progress) : refuse(exchange, 404, 'not-found');
    }
    if (what !== undefined) return refuse(exchange, 404, 'not-found');
    if (method === 'DELETE')
      return (await this.exports.cancel(view.id, id)) ? noContent(exchange) : refuse(exchange, 404, 'not-found');
    if (method !== 'GET' || !(await this.exports.begin(view.id, id))) return refuse(exchange, 404, 'not-found');
    return this.archive.give(exchange, view, catalogue, id, session);
  }
}

/** Key images are objects of the other series. */
const instancesOf = (catalogue: readonly CatalogueSeries[]): number =>
  catalogue.filter(({ info }) => info.kind !== 'key-images').reduce((sum, { instances }) => sum + instances.size, 0);
