import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { gzipSync } from 'node:zlib';
import { OHIF_VERSION, ohifSite } from './ohif-package.js';

/** Where Orthanc's plugin answers, and this server too. */
const DICOM_WEB = '/dicom-web/';
const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
};
const PACKED = new Set(['.css', '.html', '.js', '.json', '.svg', '.wasm']);

/** OHIF as published but for its data source: its own default names a public bucket. What it does not say, OHIF decides. */
const CONFIG = `window.config = {
  routerBasename: null, extensions: [], modes: [], customizationService: {}, showStudyList: false,
  maxNumberOfWebWorkers: 3, showLoadingIndicator: true, strictZSpacingForVolumeViewport: true,
  maxNumRequests: { interaction: 100, thumbnail: 5, prefetch: 25 },
  investigationalUseDialog: { option: 'never' }, defaultDataSourceName: 'orthanc',
  dataSources: [{
    namespace: '@ohif/extension-default.dataSourcesModule.dicomweb', sourceName: 'orthanc',
    configuration: {
      friendlyName: 'Orthanc', name: 'orthanc', wadoUriRoot: location.origin + '/dicom-web',
      qidoRoot: location.origin + '/dicom-web', wadoRoot: location.origin + '/dicom-web',
      qidoSupportsIncludeField: false, imageRendering: 'wadors', thumbnailRendering: 'wadors',
      enableStudyLazyLoad: true, supportsFuzzyMatching: false, supportsWildcard: true,
      requestTransferSyntaxUID: '*', omitQuotationForMultipartRequest: true,
    },
  }],
};`;

interface Asset {
  readonly type: string;
  readonly bytes: Buffer;
  readonly packed?: Buffer;
}

/** OHIF, served as it would be: compressed, from memory, and Orthanc's DICOMweb behind the same origin. */
export class OhifServer {
  private readonly assets = new Map<string, Asset | undefined>();
  private readonly agent = new Agent({ keepAlive: true, noDelay: true });
  private readonly server = createServer((incoming, outgoing) => void this.answer(incoming, outgoing));
  readonly version = OHIF_VERSION;

  private constructor(
    private readonly site: string,
    private readonly orthanc: string,
  ) {}

  static async start(orthancUrl: string): Promise<OhifServer> {
    const made = new OhifServer(await ohifSite(), orthancUrl);
    made.server.on('connection', (socket) => socket.setNoDelay(true));
    await new Promise<void>((resolve) => made.server.listen(0, '127.0.0.1', resolve));
    return made;
  }

  /** A study on screen; `protocol` is a hanging protocol of OHIF. */
  address(study: string, protocol?: string): string {
    const query = new URLSearchParams({
      StudyInstanceUIDs: study,
      ...(protocol !== undefined && { hangingprotocolId: protocol }),
    });
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/viewer?${query.toString()}`;
  }

  async stop(): Promise<void> {
    this.agent.destroy();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { pathname } = new URL(incoming.url ?? '/', 'http://localhost');
    if (pathname.startsWith(DICOM_WEB)) return this.forward(incoming, outgoing);
    const asset = (await this.asset(pathname)) ?? (await this.asset('/index.html'));
    if (!asset) return void outgoing.writeHead(404).end();
    outgoing.writeHead(200, {
      'content-type': asset.type,
      'cache-control': 'public, max-age=300',
      ...(asset.packed && { 'content-encoding': 'gzip' }),
    });
    outgoing.end(asset.packed ?? asset.bytes);
  }

  private async asset(path: string): Promise<Asset | undefined> {
    if (!this.assets.has(path)) this.assets.set(path, await this.read(path));
    return this.assets.get(path);
  }

  private async read(path: string): Promise<Asset | undefined> {
    const file = join(this.site, normalize(path));
    const extension = extname(file);
    const own = path === '/app-config.js' ? Buffer.from(CONFIG) : undefined;
    if (!own && (extension === '' || !existsSync(file))) return undefined;
    const bytes = own ?? (await readFile(file));
    const type = TYPES[extension] ?? 'application/octet-stream';
    return { type, bytes, ...(PACKED.has(extension) && { packed: gzipSync(bytes, { level: 6 }) }) };
  }

  private forward(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { accept = '*/*' } = incoming.headers;
    const { agent } = this;
    // Orthanc writes addresses of bulk data from the host it is asked as.
    const { host = '' } = incoming.headers;
    const asked = request(`${this.orthanc}${incoming.url}`, { agent, headers: { accept, host } }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    asked.on('error', () => (outgoing.headersSent ? outgoing.destroy() : outgoing.writeHead(502).end()));
    outgoing.on('close', () => asked.destroy());
    asked.end();
  }
}
