import { Uid } from '@drimbox/contracts';
import { type AcceptResult, parseAccept } from '@drimbox/dicom';
import type { IncomingMessage } from 'node:http';
import { type Target, targetOf } from '../levels/asked.js';

/** What a request says of itself. Nothing a proxy may have added is looked at: TLS ends here. */
export interface ReadRequest {
  readonly method: string;
  readonly host: string | undefined;
  readonly target: Target;
  readonly bearer: string | undefined;
  readonly kos: string | undefined;
  readonly accept: AcceptResult;
  readonly language: 'fr' | 'en';
}

const BEARER = /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i;

/** @param wadoPath path before `/studies` of the link that the handshake named. */
export function readRequest(request: IncomingMessage, wadoPath: string): ReadRequest {
  const { method = '', headersDistinct: headers } = request;
  const { authority, path } = splitTarget(request.url ?? '');
  const kos = Uid.safeParse(only(headers['kos-sopinstanceuid']));
  return {
    method,
    // An absolute target replaces Host, whatever that says (RFC 9112 §3.2.2).
    host: (authority ?? only(headers['host']))?.toLowerCase().replace(/:[0-9]{1,5}$/, ''),
    target: targetOf(path, wadoPath),
    bearer: BEARER.exec(only(headers['authorization']) ?? '')?.[1],
    kos: kos.success ? kos.data : undefined,
    accept: parseAccept(headers['accept']),
    language: languageOf(headers['accept-language']?.[0]),
  };
}

/** A header given twice is none: nobody is to choose which one counts. */
const only = (values: readonly string[] | undefined): string | undefined =>
  values?.length === 1 ? values[0]?.trim() : undefined;

function splitTarget(url: string): { authority: string | undefined; path: string } {
  const absolute = /^https:\/\/([^/?#]*)([^?#]*)/i.exec(url);
  if (absolute) return { authority: absolute[1], path: absolute[2] ?? '' };
  return { authority: undefined, path: url.split(/[?#]/, 1)[0] ?? '' };
}

/** French, unless English is wished for first. */
const languageOf = (header: string | undefined): 'fr' | 'en' =>
  /^\s*en\b/i.test(header?.split(',').find((range) => /^\s*(en|fr)\b/i.test(range)) ?? '') ? 'en' : 'fr';
