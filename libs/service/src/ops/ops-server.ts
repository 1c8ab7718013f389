import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Health, HealthReport } from './health.js';
import type { Metrics } from './metrics.js';

/** Plain HTTP for orchestrators and Prometheus: `/health/live`, `/health/ready`, `/metrics`, nothing else. */
export class OpsServer {
  private readonly server: Server;

  constructor(
    private readonly health: Health,
    private readonly metrics: Metrics,
  ) {
    this.server = createServer({ requestTimeout: 10_000 }, (request, response) => {
      void this.answer(request.method === 'GET' ? request.url : undefined, response).catch(() => response.destroy());
    });
    this.server.maxConnections = 64;
  }

  /** @returns the port taken. */
  async listen(host: string, port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, host, resolve);
    });
    return (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }

  private async answer(url: string | undefined, response: ServerResponse): Promise<void> {
    if (url === '/health/live') return sendReport(response, await this.health.live());
    if (url === '/health/ready') return sendReport(response, await this.health.ready());
    if (url === '/metrics') {
      const { registry } = this.metrics;
      response.setHeader('content-type', registry.contentType).end(await registry.metrics());
      return;
    }
    response.writeHead(404).end();
  }
}

function sendReport(response: ServerResponse, report: HealthReport): void {
  response.writeHead(report.ok ? 200 : 503, { 'content-type': 'application/json' }).end(JSON.stringify(report));
}
