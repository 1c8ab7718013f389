import type { Protocol } from './protocol.js';

/** What a page has received, as the browser's network layer tells it. */
export class Traffic {
  private readonly urls = new Map<string, string>();
  private readonly ended = new Map<string, number>();
  /** By request: what its end said, or until then what has come of its body. */
  private readonly sizes = new Map<string, number>();

  constructor(protocol: Protocol) {
    protocol.on('Network.requestWillBeSent', ({ requestId, request }) => {
      this.urls.set(String(requestId), (request as { url: string }).url);
    });
    protocol.on('Network.dataReceived', ({ requestId, dataLength }) => {
      this.sizes.set(String(requestId), (this.sizes.get(String(requestId)) ?? 0) + Number(dataLength));
    });
    protocol.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
      this.sizes.set(String(requestId), Number(encodedDataLength));
      const url = this.urls.get(String(requestId));
      if (url !== undefined && !this.ended.has(url)) this.ended.set(url, Date.now());
    });
  }

  /** Heads and bodies as they travelled, in bytes; of an answer that the page has not read to its end, the body. */
  get bytes(): number {
    return [...this.sizes].reduce((sum, [id, size]) => sum + (this.urls.get(id)?.startsWith('http') ? size : 0), 0);
  }

  /** Distinct addresses that have been received whole, and when the last of them was. */
  received(address: RegExp): { readonly count: number; readonly lastAt: number } {
    const times = [...this.ended].filter(([url]) => address.test(url)).map(([, at]) => at);
    return { count: times.length, lastAt: Math.max(0, ...times) };
  }
}
