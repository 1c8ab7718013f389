import { type ErrorCode, failure, type Failure, isErrorCode, type ServiceName } from '@drimbox/contracts';
import { Agent, request } from 'undici';
import { z } from 'zod';
import { currentTraceparent } from '../trace/trace.js';
import { connectTo } from './connect-to.js';
import type { InternalTls } from './internal-tls.js';
import { placesOf } from './valid.js';

export interface InternalCall<T> {
  readonly to: ServiceName;
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Begins with `/`; its parts are already encoded (`encodeURIComponent`). */
  readonly path: string;
  readonly body?: unknown;
  /** Besides those of every call. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What the answer must be. */
  readonly answer: z.ZodType<T>;
  /** Whole exchange, connection included. */
  readonly timeoutMilliseconds?: number;
}

export type CallResult<T> = { ok: true; value: T } | { ok: false; failure: Failure };

const TIMEOUT_MILLISECONDS = 30_000;
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;
const CONNECTIONS_PER_PEER = 64;

const ErrorAnswer = z.object({ code: z.string(), detail: z.string().max(500).optional() });

/** Asks another service over mutual TLS. What goes wrong is a value: DRIM-106 when the peer gave no usable answer. */
export class InternalClient {
  private readonly agents = new Map<ServiceName, Agent>();
  private readonly stop: () => void;

  constructor(
    private readonly tls: InternalTls,
    private readonly peers: Partial<Record<ServiceName, string>>,
  ) {
    this.stop = tls.onChange(() => void this.renew());
  }

  async call<T>({
    to,
    method,
    path,
    body,
    headers,
    answer,
    timeoutMilliseconds,
  }: InternalCall<T>): Promise<CallResult<T>> {
    const base = this.peers[to];
    if (!base) return { ok: false, failure: failure('DRIM-106', `${to}: no address is set`) };
    let status: number, json: unknown;
    try {
      const response = await request(new URL(path, base), {
        dispatcher: this.agentOf(to),
        method: method ?? (body === undefined ? 'GET' : 'POST'),
        headers: {
          ...headers,
          traceparent: currentTraceparent(),
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(timeoutMilliseconds ?? TIMEOUT_MILLISECONDS),
      });
      status = response.statusCode;
      const text = await response.body.text();
      json = text === '' ? undefined : JSON.parse(text);
    } catch (error) {
      return { ok: false, failure: failure('DRIM-106', `${to}: ${reasonOf(error)}`) };
    }
    if (status >= 400) return { ok: false, failure: refusalOf(to, status, json) };
    const parsed = answer.safeParse(json);
    if (parsed.success) return { ok: true, value: parsed.data };
    return { ok: false, failure: failure('DRIM-106', `${to}: answer outside its contract, ${placesOf(parsed.error)}`) };
  }

  /** Ends idle connections and waits for the calls in flight. */
  async close(): Promise<void> {
    this.stop();
    await this.renew();
  }

  /** New calls open new connections under the new certificates; calls in flight end on the old ones. */
  private async renew(): Promise<void> {
    const old = [...this.agents.values()];
    this.agents.clear();
    await Promise.all(old.map((agent) => agent.close()));
  }

  private agentOf(service: ServiceName): Agent {
    const known = this.agents.get(service);
    if (known) return known;
    const agent = new Agent({
      connect: connectTo(service, this.tls.current),
      connections: CONNECTIONS_PER_PEER,
      maxResponseSize: MAX_ANSWER_BYTES,
    });
    this.agents.set(service, agent);
    return agent;
  }
}

/** Class and code only: a message of the parser or of the network may quote what was sent. */
function reasonOf(error: unknown): string {
  const { code, name } = error as { code?: unknown; name?: unknown };
  return [code, name].find((word) => typeof word === 'string') ?? 'unknown error';
}

function refusalOf(service: ServiceName, status: number, json: unknown): Failure {
  const parsed = ErrorAnswer.safeParse(json);
  if (parsed.success && isErrorCode(parsed.data.code)) {
    return failure(parsed.data.code satisfies ErrorCode, parsed.data.detail);
  }
  return failure('DRIM-106', `${service}: status ${status}`);
}
