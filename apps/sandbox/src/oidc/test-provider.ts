import Provider from 'oidc-provider';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { IncomingMessage } from 'node:http';
import { configurationOf, identityOf, scopesOf } from './configuration.js';
import { bend, Faults } from './faults.js';
import type { Endpoint, Fault } from './faults.js';
import { Ledger } from './ledger.js';
import { killSession } from './logout.js';
import type { Addresses, ProviderShape, TestClient } from './shape.js';
import { OidcStore } from './store.js';

/** What the listener and the provider say to each other about one request. */
export interface CallNotes {
  readonly endpoint: Endpoint;
  readonly fault?: Fault;
  why?: string;
}

export interface TokenOrder {
  readonly login: string;
  readonly clientId: string;
  readonly seconds?: number | undefined;
  readonly scope?: string | undefined;
  readonly acr?: string | undefined;
}

export interface IssuedToken {
  readonly access_token: string;
  readonly expires_in: number;
  readonly token_type: 'Bearer';
}

/** An OpenID provider in the shape of a real one: oidc-provider, plus what the desk does to it. */
export class TestProvider {
  readonly faults = new Faults();
  readonly ledger = new Ledger();
  readonly store = new OidcStore();
  readonly notes = new WeakMap<IncomingMessage, CallNotes>();
  readonly clients = new Map<string, TestClient>();
  readonly oidc: Provider;

  constructor(
    readonly shape: ProviderShape,
    readonly addresses: Addresses,
    authorities: string,
  ) {
    const faultOf = (request: IncomingMessage): Fault | undefined => this.notes.get(request)?.fault;
    this.oidc = new Provider(addresses.issuer, configurationOf({ shape, store: this.store, faultOf, authorities }));
    this.oidc.use(async (ctx, next) => {
      await next();
      this.shapeAnswer(ctx as KoaContextWithOIDC);
    });
    for (const event of [
      'authorization.error',
      'grant.error',
      'introspection.error',
      'revocation.error',
      'userinfo.error',
    ])
      this.oidc.on(event as 'grant.error', (ctx, error) => this.explain(ctx, error));
    this.oidc.on('server_error', (ctx, error) => {
      this.explain(ctx, error);
      console.error(error);
    });
  }

  /** Adds a client, or changes it. */
  register(client: TestClient): void {
    this.clients.set(client.clientId, client);
    this.store.put('Client', client.clientId, this.shape.clientMetadata(client));
  }

  /** An access token as a login by code flow would give it, without the browser. */
  async issueToken(
    order: TokenOrder,
  ): Promise<{ readonly ok: true; readonly token: IssuedToken } | { readonly ok: false; readonly why: string }> {
    const identity = identityOf(this.shape, order.login);
    if (identity === undefined) return { ok: false, why: 'unknown identity' };
    const client = await this.oidc.Client.find(order.clientId);
    if (client === undefined) return { ok: false, why: 'unknown client' };
    const scope = order.scope ?? scopesOf(this.shape).join(' ');
    const grant = new this.oidc.Grant({ accountId: identity.id, clientId: order.clientId });
    grant.addOIDCScope(scope);
    const grantId = await grant.save();
    const seconds = order.seconds ?? this.accessTokenSeconds;
    const now = Math.floor(Date.now() / 1000);
    const token = new this.oidc.AccessToken({
      accountId: identity.id,
      client,
      scope,
      grantId,
      gty: 'authorization_code',
      expiresIn: Math.max(seconds, 1),
      extra: { acr: order.acr ?? identity.acr, auth_time: now, session_state: grantId },
    });
    const value = await token.save();
    if (seconds <= 0) await this.revokeToken(value);
    return { ok: true, token: { access_token: value, expires_in: seconds, token_type: 'Bearer' } };
  }

  /** Number of tokens ended: 0 or 1. */
  async revokeToken(value: string): Promise<number> {
    const token = (await this.oidc.AccessToken.find(value)) ?? (await this.oidc.RefreshToken.find(value));
    await token?.destroy();
    return token === undefined ? 0 : 1;
  }

  /** Ends all sessions and tokens of an identity and tells its clients; the number of sessions and grants ended. */
  async revokeIdentity(login: string): Promise<number> {
    const identity = identityOf(this.shape, login);
    const mine = ({ payload }: { payload: { accountId?: string } }): boolean => payload.accountId === identity?.id;
    const sessions = this.store.all('Session').filter(mine);
    for (const { id } of sessions) await killSession(this.oidc, this.store, this.clients, id);
    const grants = this.store.all('Grant').filter(mine);
    for (const { id } of grants) this.store.revokeGrant(id);
    return sessions.length + grants.length;
  }

  sessions(): { readonly login: string | undefined; readonly clients: readonly string[] }[] {
    return this.store.all('Session').map(({ payload }) => ({
      login: this.shape.identities.find(({ id }) => id === payload.accountId)?.login,
      clients: Object.keys((payload['authorizations'] as object | undefined) ?? {}),
    }));
  }

  private get accessTokenSeconds(): number {
    const ttl = this.shape.configuration.ttl?.AccessToken;
    return typeof ttl === 'number' ? ttl : 60;
  }

  /** Makes an introspection answer look like the real one, and bends the answers that are JSON as ordered. */
  private shapeAnswer(ctx: KoaContextWithOIDC): void {
    const route = ctx.oidc?.route;
    const body: unknown = ctx.body;
    if ((route !== 'introspection' && route !== 'userinfo') || ctx.status !== 200) return;
    if (typeof body !== 'object' || body === null) return;
    const identity = this.shape.identities.find(({ id }) => id === ctx.oidc.entities.AccessToken?.accountId);
    const answer = body as Record<string, unknown>;
    const shaped =
      route === 'introspection' && answer['active'] === true
        ? (this.shape.introspection?.(answer, identity) ?? answer)
        : answer;
    ctx.body = bend(shaped, this.notes.get(ctx.req)?.fault);
  }

  /** A strict sandbox says why it refuses: to the caller, and in the ledger. */
  private explain(ctx: KoaContextWithOIDC, error: { readonly message: string; readonly error_detail?: string }): void {
    const notes = this.notes.get(ctx.req);
    const why = error.error_detail ?? error.message;
    if (notes) notes.why = why;
    if (typeof ctx.body === 'object' && ctx.body !== null && 'error' in ctx.body)
      ctx.body = { ...ctx.body, error_description: why };
  }
}
