import type { From } from '@drimbox/images';
import type { ServedName } from '@drimbox/service';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { PageContext } from '../pages/pages.js';
import type { Language } from '../pages/words.js';
import { cookieOf, LANGUAGE_COOKIE } from '../session/cookies.js';
import { PAGE_HEADERS, PAGE_POLICY } from './page-headers.js';

/** A request at the portal of one vi FQDN, and its answer. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly name: ServedName;
  readonly path: string;
  readonly query: string;
  readonly from: From;
  readonly language: Language;
}

export function exchangeOf(request: IncomingMessage, response: ServerResponse, name: ServedName): Exchange {
  const [path = '/', query = ''] = (request.url ?? '/').split('?', 2);
  const { remoteAddress, remotePort } = request.socket;
  return {
    request,
    response,
    name,
    path,
    query,
    from: { address: remoteAddress ?? '', port: remotePort ?? 0 },
    language: languageOf(request),
  };
}

/** Of a query, what says which page it is; the rest is nobody's to repeat. */
const FLAGS = ['choix', 'echec'] as const;

/** The page of this request, whatever else its address said. */
export function hereOf({ path, query }: Pick<Exchange, 'path' | 'query'>): string {
  const asked = new URLSearchParams(query);
  const flags = FLAGS.filter((flag) => asked.has(flag)).map((flag) => `${flag}=1`);
  return flags.length === 0 ? path : `${path}?${flags.join('&')}`;
}

export const pageContext = (exchange: Exchange): PageContext => ({
  language: exchange.language,
  here: hereOf(exchange),
});

export function sendPage({ response }: Exchange, status: number, page: string, cookies: readonly string[] = []): void {
  const bytes = Buffer.from(page);
  response.writeHead(status, {
    ...PAGE_HEADERS,
    'content-type': 'text/html; charset=utf-8',
    'content-length': bytes.length,
    'content-security-policy': PAGE_POLICY,
    ...(cookies.length > 0 && { 'set-cookie': [...cookies] }),
  });
  response.end(bytes);
}

/** @param to a path of ours, or the address of a provider: never anything that came with the request. */
export function redirect({ response }: Pick<Exchange, 'response'>, to: string, cookies: readonly string[] = []): void {
  response.writeHead(303, {
    ...PAGE_HEADERS,
    location: to,
    'content-length': 0,
    ...(cookies.length > 0 && { 'set-cookie': [...cookies] }),
  });
  response.end();
}

const MAX_FORM_BYTES = 16_384;

/** The fields of a form; undefined when it is too long or of another type. */
export async function readForm({ request }: Exchange): Promise<URLSearchParams | undefined> {
  if (request.headers['content-type']?.split(';')[0]?.trim() !== 'application/x-www-form-urlencoded') return undefined;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_FORM_BYTES) return undefined;
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
}

/** Did a page of ours send it? What a browser says of its origin, besides the cookie that others cannot make it send (CSRF). */
export function isOurs({ request }: Exchange, origin: string): boolean {
  const { origin: said, 'sec-fetch-site': site } = request.headers;
  // A page of ours sends no referrer, and `null` for its origin then.
  if (said !== undefined && said !== 'null' && said !== origin) return false;
  return site === undefined || site === 'same-origin' || site === 'none';
}

function languageOf(request: IncomingMessage): Language {
  const chosen = cookieOf(request, LANGUAGE_COOKIE);
  if (chosen === 'fr' || chosen === 'en') return chosen;
  return /^\s*en\b/i.test(request.headers['accept-language'] ?? '') ? 'en' : 'fr';
}
