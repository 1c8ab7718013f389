import { WebSocket } from 'undici';

type Json = Record<string, unknown>;
type Listener = (params: Json) => void;

/**
 * The DevTools protocol to one browser. Not Playwright's: it has each page keep up to 200 MB of answers for its own events, which
 * would count as memory of the viewer.
 */
export class Protocol {
  private next = 1;
  private readonly waiting = new Map<number, { done: (result: Json) => void; failed: (error: Error) => void }>();
  private readonly listeners = new Map<string, Listener[]>();

  private constructor(private readonly socket: WebSocket) {
    socket.addEventListener('message', ({ data }) => this.receive(String(data)));
    socket.addEventListener('close', () => this.end());
  }

  static async connect(url: string): Promise<Protocol> {
    const socket = new WebSocket(url);
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener('open', () => resolve());
      socket.addEventListener('error', () => reject(new Error('the browser takes no connection')));
    });
    return new Protocol(socket);
  }

  /** @throws what the browser answers, when it refuses. */
  send(method: string, params: Json = {}, sessionId?: string): Promise<Json> {
    const id = this.next++;
    return new Promise((done, failed) => {
      this.waiting.set(id, { done, failed });
      this.socket.send(JSON.stringify({ id, method, params, ...(sessionId !== undefined && { sessionId }) }));
    });
  }

  /** Events of every session. */
  on(method: string, listener: Listener): void {
    this.listeners.set(method, [...(this.listeners.get(method) ?? []), listener]);
  }

  close(): void {
    this.socket.close();
  }

  private receive(text: string): void {
    const { id, result, error, method, params } = JSON.parse(text) as {
      id?: number;
      result?: Json;
      error?: { message: string };
      method?: string;
      params?: Json;
    };
    if (id === undefined) {
      for (const listener of this.listeners.get(method ?? '') ?? []) listener(params ?? {});
      return;
    }
    const asked = this.waiting.get(id);
    this.waiting.delete(id);
    if (error) asked?.failed(new Error(error.message));
    else asked?.done(result ?? {});
  }

  private end(): void {
    for (const { failed } of this.waiting.values()) failed(new Error('the browser has closed'));
    this.waiting.clear();
  }
}
