import {
  DrimError,
  type Failure,
  failure,
  isErrorCode,
  type ObjectStreamPart,
  ObjectStreamReader,
  type RetrieveRequest,
} from '@drimbox/contracts';
import { connectTo, currentTraceparent, type InternalTls } from '@drimbox/service';
import { Agent, type Dispatcher, request } from 'undici';

export interface BridgeSettings {
  /** Where pacs-bridge is; without it nothing is asked. */
  readonly url: string | undefined;
  /** From the request to the PACS's first object. */
  readonly firstObjectSeconds: number;
  /** How long a stream under way may be silent while we want more; 300 unless set. A reader that pauses is not silence. */
  readonly silenceSeconds?: number;
}

export type RetrieveAnswer =
  | {
      readonly ok: true;
      /** What each chunk said; throws DrimError DRIM-308 when it breaks off. */ readonly parts: AsyncIterable<
        readonly ObjectStreamPart[]
      >;
    }
  | { readonly ok: false; readonly failure: Failure };

/** pacs-bridge gives a silent PACS up itself; this is for a pacs-bridge that is silent. */
const SILENCE_SECONDS = 300;
/** A connection that was kept and that the other side was just closing: nothing had been answered on it. */
const KEPT_TOO_LONG: ReadonlySet<string> = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);
const CONNECTIONS = 256;
const MAX_REFUSAL_BYTES = 16_384;
/** TLS gives 16 kB at a time: what has come meanwhile, up to this, is taken in one piece. */
const READ_AHEAD_BYTES = 256 * 1024;

/** Asks pacs-bridge for images and reads them at the reader's pace: what is not taken holds the PACS up, not our memory. */
export class BridgeClient {
  private agent: Agent | undefined;

  constructor(
    private readonly tls: InternalTls,
    private readonly settings: BridgeSettings,
  ) {
    // Streams under way end on the certificates they began with.
    tls.onChange(() => {
      void this.agent?.close();
      this.agent = undefined;
    });
  }

  /** @param signal ends the retrieval, also on the PACS's side when nobody else reads it. */
  async retrieve(link: string, wanted: RetrieveRequest, signal: AbortSignal): Promise<RetrieveAnswer> {
    const base = this.settings.url;
    if (!base) return { ok: false, failure: failure('DRIM-106', 'pacs-bridge: no address is set') };
    const url = new URL(`/links/${encodeURIComponent(link)}/retrieve`, base);
    let response: Dispatcher.ResponseData;
    try {
      response = await this.ask(url, wanted, signal).catch((error: unknown) => {
        // Asked once more: to be read twice costs the PACS nothing.
        if (signal.aborted || !KEPT_TOO_LONG.has(codeOf(error))) throw error;
        return this.ask(url, wanted, signal);
      });
    } catch (error) {
      if (signal.aborted) return { ok: false, failure: failure('DRIM-315') };
      return { ok: false, failure: failure('DRIM-106', `pacs-bridge: ${codeOf(error)}`) };
    }
    if (response.statusCode !== 200) return { ok: false, failure: await refusalOf(response) };
    return { ok: true, parts: partsOf(response.body) };
  }

  async close(): Promise<void> {
    await this.agent?.close();
  }

  private ask(url: URL, wanted: RetrieveRequest, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    const { firstObjectSeconds, silenceSeconds = SILENCE_SECONDS } = this.settings;
    return request(url, {
      dispatcher: this.dispatcher(),
      method: 'POST',
      headers: { 'content-type': 'application/json', traceparent: currentTraceparent() },
      body: JSON.stringify(wanted),
      signal,
      highWaterMark: READ_AHEAD_BYTES,
      headersTimeout: firstObjectSeconds * 1000,
      bodyTimeout: silenceSeconds * 1000,
    });
  }

  private dispatcher(): Agent {
    this.agent ??= new Agent({ connect: connectTo('pacs-bridge', this.tls.current), connections: CONNECTIONS });
    return this.agent;
  }
}

async function* partsOf(body: AsyncIterable<Buffer>): AsyncGenerator<readonly ObjectStreamPart[]> {
  const reader = new ObjectStreamReader();
  try {
    for await (const chunk of body) yield [...reader.push(chunk)];
  } catch (error) {
    throw new DrimError('DRIM-308', 'the stream of pacs-bridge broke off', { cause: error });
  }
  if (!reader.finished) throw new DrimError('DRIM-308', 'the stream of pacs-bridge has no outcome');
}

async function refusalOf({ statusCode, body }: Dispatcher.ResponseData): Promise<Failure> {
  let text = '';
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      text += chunk.toString('utf8');
      if (text.length > MAX_REFUSAL_BYTES) break;
    }
    const { code } = JSON.parse(text) as { code?: unknown };
    if (typeof code === 'string' && isErrorCode(code)) return failure(code);
  } catch {
    // What is no refusal of ours is said by its status.
  }
  return failure('DRIM-106', `pacs-bridge: status ${statusCode}`);
}

const codeOf = (error: unknown): string => {
  const { code, name } = error as { code?: unknown; name?: unknown };
  return [code, name].find((word) => typeof word === 'string') ?? 'unknown';
};
