import { type ErrorCode, ERRORS, type ImageApiError } from '@drimbox/contracts';
import type { Exchange } from '../portal/exchange.js';

export const API_HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } as const;

const WORDS: Readonly<Record<ImageApiError['reason'], { readonly fr: string; readonly en: string }>> = {
  expired: { fr: 'La session est terminée.', en: 'The session is over.' },
  forbidden: { fr: 'Cet examen ne peut pas être affiché.', en: 'This exam cannot be shown.' },
  'not-found': { fr: 'Introuvable.', en: 'Not found.' },
  unavailable: { fr: 'Les images ne sont pas disponibles.', en: 'The images are not available.' },
  busy: { fr: 'Trop de demandes.', en: 'Too many requests.' },
  wrong: { fr: 'Demande incorrecte.', en: 'Wrong request.' },
};

export function refuse(exchange: Exchange, status: number, reason: ImageApiError['reason'], code?: ErrorCode): void {
  const words = code === undefined ? WORDS[reason] : { fr: ERRORS[code].fr, en: ERRORS[code].en };
  sendJson(exchange, status, { reason, ...(code !== undefined && { code }), ...words } satisfies ImageApiError);
}

export function sendJson({ response }: Exchange, status: number, value: object): void {
  const bytes = Buffer.from(JSON.stringify(value));
  response.writeHead(status, { ...API_HEADERS, 'content-type': 'application/json', 'content-length': bytes.length });
  response.end(bytes);
}

export const noContent = ({ response }: Exchange): void => void response.writeHead(204, API_HEADERS).end();
