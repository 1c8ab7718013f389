import { VIEW_PAGE_POLICY, VIEWER_ASSETS_PATH } from '@drimbox/contracts';
import { CONFIG, Logger } from '@drimbox/service';
import { Inject, Injectable } from '@nestjs/common';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Settings } from '../config/settings.js';
import type { Exchange } from '../portal/exchange.js';
import { PAGE_HEADERS } from '../portal/page-headers.js';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
};

/** Beside this app in the repository: the same place from `src` and from `dist`. */
const BESIDE = fileURLToPath(new URL('../../../viewer/dist/site/', import.meta.url));

interface Asset {
  readonly type: string;
  readonly bytes: Buffer;
  readonly packed: Buffer;
}

/** The built viewer, read once into memory: an address is looked up among its files and never becomes a path. */
@Injectable()
export class StaticSite {
  private readonly assets = new Map<string, Asset>();
  private readonly page: Asset | undefined;

  constructor(logger: Logger, @Inject(CONFIG) { viewerSiteDir = BESIDE }: Settings) {
    if (!existsSync(join(viewerSiteDir, 'index.html'))) {
      logger.error('viewer.not-built');
      return;
    }
    for (const entry of readdirSync(viewerSiteDir, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const file = join(entry.parentPath, entry.name);
      const type = TYPES[extname(entry.name)];
      if (type === undefined) continue;
      const bytes = readFileSync(file);
      const name = file.slice(viewerSiteDir.length).replace(/^\/+/, '');
      this.assets.set(`${VIEWER_ASSETS_PATH}/${name}`, { type, bytes, packed: gzipSync(bytes, { level: 6 }) });
    }
    this.page = this.assets.get(`${VIEWER_ASSETS_PATH}/index.html`);
    this.assets.delete(`${VIEWER_ASSETS_PATH}/index.html`);
  }

  /** @returns false when no file has this address. */
  answer(exchange: Exchange): boolean {
    const asset = this.assets.get(exchange.path);
    if (!asset) return false;
    const hashed = exchange.path.startsWith(`${VIEWER_ASSETS_PATH}/assets/`);
    send(exchange, asset, hashed ? 'public, max-age=31536000, immutable' : 'public, max-age=300');
    return true;
  }

  /** @param asks addresses that its script will ask for: the browser asks at once, while the script is on its way. */
  answerPage(exchange: Exchange, asks: readonly string[]): boolean {
    const link = asks.map((address) => `<${address}>; rel=preload; as=fetch; crossorigin`).join(', ');
    if (this.page) send(exchange, this.page, 'no-store', link === '' ? {} : { link });
    return this.page !== undefined;
  }
}

function send(
  { request, response }: Exchange,
  { type, bytes, packed }: Asset,
  caching: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  const gzip = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
  const body = gzip ? packed : bytes;
  response.writeHead(200, {
    ...PAGE_HEADERS,
    'content-type': type,
    'content-length': body.length,
    'cache-control': caching,
    'content-security-policy': VIEW_PAGE_POLICY,
    'cross-origin-resource-policy': 'same-origin',
    vary: 'accept-encoding',
    ...(gzip && { 'content-encoding': 'gzip' }),
    ...headers,
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}
