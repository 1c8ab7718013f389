import type Provider from 'oidc-provider';
import { decodeJwt } from 'jose';
import type { JWTPayload } from 'jose';
import type { TestClient } from './shape.js';
import type { OidcStore } from './store.js';

export type LogoutResult =
  | { readonly ok: true; readonly redirect?: string; readonly ended: boolean }
  | { readonly ok: false; readonly why: string };

interface SessionPayload {
  readonly accountId?: string;
  readonly authorizations?: Readonly<Record<string, { readonly sid?: string; readonly grantId?: string }>>;
}

/**
 * Logout as a realm does it: with an `id_token_hint` it asks nothing, needs no browser session, ends the user's session and
 * all its tokens, and tells the other clients (back-channel logout).
 */
export const endSession = async (
  provider: Provider,
  store: OidcStore,
  clients: ReadonlyMap<string, TestClient>,
  parameters: URLSearchParams,
): Promise<LogoutResult> => {
  const hint = parameters.get('id_token_hint');
  if (hint === null) return { ok: false, why: 'no id_token_hint' };
  let payload: JWTPayload;
  try {
    payload = decodeJwt(hint);
  } catch {
    return { ok: false, why: 'id_token_hint is no signed token' };
  }
  const client = typeof payload.aud === 'string' ? await provider.Client.find(payload.aud) : undefined;
  if (client === undefined) return { ok: false, why: 'id_token_hint is for no client' };
  try {
    await provider.IdToken.validate(hint, client);
  } catch (error) {
    return { ok: false, why: `id_token_hint: ${(error as Error).message}` };
  }
  const target = parameters.get('post_logout_redirect_uri');
  if (target !== null && !clients.get(client.clientId)?.postLogoutRedirectUris?.includes(target))
    return { ok: false, why: 'post_logout_redirect_uri is not registered' };

  const session = store.all('Session').find(({ payload: one }) => {
    const sid = (one as SessionPayload).authorizations?.[client.clientId]?.sid;
    return sid !== undefined && sid === payload['sid'];
  });
  if (session) await killSession(provider, store, clients, session.id, client.clientId);
  if (target === null) return { ok: true, ended: session !== undefined };
  const url = new URL(target);
  const state = parameters.get('state');
  if (state !== null) url.searchParams.set('state', state);
  return { ok: true, redirect: url.href, ended: session !== undefined };
};

/** Ends a session with its tokens and tells its clients, but the one that asked. */
export const killSession = async (
  provider: Provider,
  store: OidcStore,
  clients: ReadonlyMap<string, TestClient>,
  sessionId: string,
  asking?: string,
): Promise<void> => {
  const found = store.all('Session').find(({ id }) => id === sessionId);
  if (found === undefined) return;
  const { accountId, authorizations = {} } = found.payload as SessionPayload;
  await store.adapter('Session').destroy(sessionId);
  for (const [clientId, { sid, grantId }] of Object.entries(authorizations)) {
    if (grantId !== undefined) store.revokeGrant(grantId);
    if (clients.get(clientId)?.backchannelLogoutUri === undefined || clientId === asking) continue;
    const client = await provider.Client.find(clientId);
    if (client === undefined || accountId === undefined) continue;
    // A client that does not listen does not keep others from being logged out.
    // Typed as unknown: it is not among the documented methods of a client.
    const tell = client.backchannelLogout as (accountId: string, sid?: string) => Promise<void>;
    await tell.call(client, accountId, sid).catch((error: unknown) => console.error('back-channel logout', error));
  }
};
