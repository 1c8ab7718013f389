import type {
  IMAGE_API_HEADER,
  ImageApiError,
  ImageQuality,
  SeriesPriority,
  ViewContext,
  ViewSeriesList,
  ZipExport,
  ZipProgress,
} from '@drimbox/contracts';
import { boundaryOf, type Part, readParts } from './multipart.js';

// The value is checked against the contract by its type; the contract's code itself stays out of the bundle.
const HEADER: typeof IMAGE_API_HEADER = 'x-drimbox-view';

/** The portal refused: `reason` and words for the user. */
export class ImageApiFailure extends Error {
  override readonly name = 'ImageApiFailure';
  constructor(readonly answer: ImageApiError) {
    super(answer.reason);
  }
}

export interface ReceivedFrame {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly contentType: string;
}

/** The image API of one view (docs/image-api.md). Every method throws ImageApiFailure, or TypeError when the network is away. */
export class ImageApi {
  /** `page`: path of the page, `/v/<view>/`. */
  constructor(
    page: string,
    private readonly onExpired: () => void,
    private readonly send: typeof fetch = (...request) => fetch(...request),
  ) {
    const view = /^\/v\/([A-Za-z0-9_-]{1,64})\/?$/.exec(page)?.[1];
    this.base = `/api/v/${view ?? 'none'}/`;
  }
  private readonly base: string;

  context(): Promise<ViewContext> {
    return this.json('context');
  }

  series(exam: string): Promise<ViewSeriesList> {
    return this.json(`exams/${exam}/series`);
  }

  /** Metadata and frames of a series as they arrive. */
  async *stream(exam: string, series: string, quality: ImageQuality, signal: AbortSignal): AsyncGenerator<Part> {
    const answer = await this.request(`exams/${exam}/series/${series}?quality=${quality}`, { signal });
    const boundary = boundaryOf(answer.headers.get('content-type'));
    if (answer.body) yield* readParts(answer.body, boundary);
  }

  async frame(
    at: { exam: string; series: string; instance: string; frame: number },
    quality: ImageQuality,
  ): Promise<ReceivedFrame> {
    const path = `exams/${at.exam}/series/${at.series}/instances/${at.instance}/frames/${at.frame}`;
    const answer = await this.request(`${path}?quality=${quality}`);
    return {
      bytes: new Uint8Array(await answer.arrayBuffer()),
      contentType: answer.headers.get('content-type') ?? '',
    };
  }

  /** Address of an encapsulated document, for a link. */
  documentAddress(exam: string, series: string, instance: string): string {
    return `${this.base}exams/${exam}/series/${series}/instances/${instance}/document`;
  }

  async prioritise(exam: string, priority: SeriesPriority): Promise<void> {
    await this.post(`exams/${exam}/priority`, priority);
  }

  async beginZip(exam: string): Promise<ZipExport & { readonly address: string }> {
    const begun = (await (await this.post(`exams/${exam}/zip`)).json()) as ZipExport;
    return { ...begun, address: `${this.base}exams/${exam}/zip/${begun.id}` };
  }

  zipProgress(exam: string, id: string): Promise<ZipProgress> {
    return this.json(`exams/${exam}/zip/${id}/progress`);
  }

  async cancelZip(exam: string, id: string): Promise<void> {
    await this.request(`exams/${exam}/zip/${id}`, { method: 'DELETE' });
  }

  async alive(): Promise<void> {
    await this.post('alive');
  }

  async logout(): Promise<void> {
    await this.post('logout');
  }

  private async json<T>(path: string): Promise<T> {
    return (await (await this.request(path)).json()) as T;
  }

  private post(path: string, body?: object): Promise<Response> {
    return this.request(path, {
      method: 'POST',
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
  }

  private async request(path: string, init: RequestInit = {}): Promise<Response> {
    const answer = await this.send(this.base + path, {
      ...init,
      credentials: 'same-origin',
      // What only asks needs none, and takes what the browser has asked for already (the page's Link header).
      ...(init.method !== undefined && {
        headers: { ...(init.headers as Record<string, string> | undefined), [HEADER]: '1' },
      }),
    });
    if (answer.ok) return answer;
    const failure = await readFailure(answer);
    if (failure.reason === 'expired') this.onExpired();
    throw new ImageApiFailure(failure);
  }
}

async function readFailure(answer: Response): Promise<ImageApiError> {
  const said = (await answer.json().catch(() => undefined)) as ImageApiError | undefined;
  if (said && typeof said.reason === 'string') return said;
  const reason = answer.status === 401 ? 'expired' : answer.status >= 500 ? 'unavailable' : 'wrong';
  return { reason, fr: 'Le serveur ne répond pas comme prévu.', en: 'The server did not answer as expected.' };
}
