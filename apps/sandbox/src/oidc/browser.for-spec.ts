import type { LookupFunction } from 'node:net';
import { Agent, fetch as undiciFetch } from 'undici';
import type { Response } from 'undici';

const LOOPBACK = '127.0.0.1';

/** A browser as far as a login needs one: cookies by host, redirects by hand. */
export class Browser {
  private readonly cookies = new Map<string, Map<string, string>>();
  private readonly agent: Agent;

  /** @param everywhere every name is this machine, as for a FQDN that no name server knows. */
  constructor(authorities: string, everywhere = false) {
    const lookup: LookupFunction = (_name, { all }, done) =>
      all === true ? done(null, [{ address: LOOPBACK, family: 4 }]) : done(null, LOOPBACK, 4);
    this.agent = new Agent({ connect: { ca: authorities, ...(everywhere && { lookup }) } });
  }

  /** As a page of ours would ask: with headers of its own. */
  ask(url: string, method = 'GET', headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    return this.send(url, method, undefined, headers);
  }

  cookie(host: string, name: string): string | undefined {
    return this.cookies.get(host)?.get(name);
  }

  setCookie(host: string, name: string, value: string): void {
    this.cookies.set(host, (this.cookies.get(host) ?? new Map<string, string>()).set(name, value));
  }

  async get(url: string): Promise<Response> {
    return this.send(url, 'GET');
  }

  async post(url: string, form: Readonly<Record<string, string>>): Promise<Response> {
    return this.send(url, 'POST', new URLSearchParams(form).toString());
  }

  /** Follows redirects until a page, or until an address that starts with `end`; gives that address. */
  async follow(
    url: string,
    end: string,
  ): Promise<{ readonly url: string; readonly page?: string; readonly status: number }> {
    let at = url;
    let response = await this.get(at);
    for (let hop = 0; hop < 12; hop += 1) {
      const location = response.headers.get('location');
      if (location === null) return { url: at, page: await response.text(), status: response.status };
      at = new URL(location, at).href;
      if (at.startsWith(end)) return { url: at, status: response.status };
      response = await this.get(at);
    }
    throw new Error('too many redirects');
  }

  /** Signs in: the authorization request, the login page, the way back. Gives the callback address. */
  async signIn(url: string, login: string | undefined, callback: string): Promise<string> {
    const first = await this.follow(url, callback);
    if (first.url.startsWith(callback)) return first.url; // the session was still there
    if (first.status !== 200) throw new Error(`${first.status} ${first.page}`);
    const form: Record<string, string> = login === undefined ? { cancel: '1' } : { login };
    const answer = await this.post(first.url, form);
    const location = answer.headers.get('location');
    if (location === null) throw new Error(`${answer.status} ${await answer.text()}`);
    return (await this.follow(new URL(location, first.url).href, callback)).url;
  }

  close(): Promise<void> {
    return this.agent.close();
  }

  private async send(
    url: string,
    method: string,
    body?: string,
    further: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    const { host } = new URL(url);
    const jar = this.cookies.get(host) ?? new Map<string, string>();
    this.cookies.set(host, jar);
    const response = await undiciFetch(url, {
      method,
      redirect: 'manual',
      dispatcher: this.agent,
      headers: {
        accept: 'text/html',
        ...further,
        cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      ...(body === undefined ? {} : { body }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      const name = pair.slice(0, pair.indexOf('='));
      const value = pair.slice(pair.indexOf('=') + 1);
      if (value === '' || /expires=Thu, 01 Jan 1970/i.test(line)) jar.delete(name);
      else jar.set(name, value);
    }
    return response;
  }
}
