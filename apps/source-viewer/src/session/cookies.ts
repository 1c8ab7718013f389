import type { IncomingMessage } from 'node:http';

/** `__Host-`: this host alone, over https, for the whole of it (RFC 6265bis §4.1.3.2). */
export const SESSION_COOKIE = '__Host-drimbox';
export const PROFILE_COOKIE = '__Host-drimbox-profil';
/** After a logout: what is left to end at the provider. */
export const DEPARTURE_COOKIE = '__Host-drimbox-fin';
export const LANGUAGE_COOKIE = '__Host-drimbox-langue';

const YEAR_SECONDS = 365 * 24 * 3600;

/**
 * Lax: the way back from an identity provider is a navigation that another site begins, and must carry the session. A form or
 * a script of another site does not carry it.
 */
const ATTRIBUTES = 'Path=/; Secure; HttpOnly; SameSite=Lax';

export const sessionCookie = (id: string): string => `${SESSION_COOKIE}=${id}; ${ATTRIBUTES}`;
export const noSessionCookie = (): string => `${SESSION_COOKIE}=; ${ATTRIBUTES}; Max-Age=0`;
/** Empty: taken back. */
export const departureCookie = (id: string): string =>
  `${DEPARTURE_COOKIE}=${id}; ${ATTRIBUTES}; Max-Age=${id === '' ? 0 : 300}`;
/** A preference: which door was chosen, or which language. It says nothing of anybody. */
export const preferenceCookie = (name: string, value: string): string =>
  `${name}=${value}; ${ATTRIBUTES}; Max-Age=${value === '' ? 0 : YEAR_SECONDS}`;

/** The value of a cookie; undefined when absent, sent twice or of an odd shape. */
export function cookieOf(request: IncomingMessage, name: string): string | undefined {
  const values = (request.headers.cookie ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
  const [value] = values;
  return values.length === 1 && value !== undefined && /^[A-Za-z0-9_-]{1,64}$/.test(value) ? value : undefined;
}
