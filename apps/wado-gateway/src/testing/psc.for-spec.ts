import { type InternalPeer, sendJson, startPeer } from '@drimbox/testing';
import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';

export interface TokenAnswer {
  readonly introspection: Record<string, unknown>;
  readonly userinfo: Record<string, unknown>;
}

/** Pro Santé Connect as a resource server sees it: discovery, introspection, userinfo. */
export class TestPsc {
  readonly tokens = new Map<string, TokenAnswer>();
  down = false;
  introspections = 0;
  private peer!: InternalPeer;

  static async start(tlsDir: string): Promise<TestPsc> {
    const psc = new TestPsc();
    psc.peer = await startPeer(
      tlsDir,
      (request, response, body) => psc.answer(request.url ?? '', request.headers.authorization, body, response),
      false,
    );
    return psc;
  }

  get url(): string {
    return this.peer.url;
  }

  get issuer(): string {
    return `${this.url}/realms/test`;
  }

  close(): Promise<void> {
    return this.peer.close();
  }

  /** An active token of a doctor, but for what the test changes. */
  token(over: Partial<TokenAnswer> = {}, token = `t-${randomUUID()}`): string {
    this.tokens.set(token, {
      introspection: {
        active: true,
        iss: this.issuer,
        exp: Math.floor(Date.now() / 1000) + 120,
        typ: 'Bearer',
        client_id: 'drim-test',
        acr: 'eidas1',
        scope: 'openid scope_all',
        sub: 'f:test:899700218896',
        session_state: 'session-1',
        SubjectNameID: '899700218896',
        ...over.introspection,
      },
      userinfo: {
        sub: 'f:test:899700218896',
        SubjectNameID: '899700218896',
        given_name: 'ANDREE',
        family_name: 'TEST',
        SubjectRole: ['10^1.2.250.1.213.1.1.5.5'],
        ...over.userinfo,
      },
    });
    return token;
  }

  private answer(url: string, authorization: string | undefined, body: string, response: ServerResponse): void {
    if (this.down) return void response.destroy();
    if (url === '/discovery') {
      return sendJson(response, {
        issuer: this.issuer,
        introspection_endpoint: `${this.url}/introspect`,
        userinfo_endpoint: `${this.url}/userinfo`,
        jwks_uri: `${this.url}/certs`,
      });
    }
    if (url === '/introspect') {
      this.introspections += 1;
      const token = new URLSearchParams(body).get('token') ?? '';
      return sendJson(response, this.tokens.get(token)?.introspection ?? { active: false });
    }
    const known = this.tokens.get(authorization?.slice('Bearer '.length) ?? '');
    return known ? sendJson(response, known.userinfo) : sendJson(response, {}, 401);
  }
}
