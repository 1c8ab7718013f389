import { DrimError, type ErrorCode, ERRORS, type PacsLink } from '@drimbox/contracts';
import { type RefusedAccess, Refusals } from '@drimbox/images';
import { childOf, errorFields, Logger, Metrics, runInTrace, type ServedName } from '@drimbox/service';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { type Admitted, Admission } from '../access/admission.js';
import type { LinkFacts } from '../access/facts.js';
import { HealthOnDb } from '../health/health-on-db.js';
import { ServeService } from '../serve/serve.service.js';
import { answerRefusal } from './answer-refusal.js';
import { capabilitiesOf } from './capabilities.js';
import { Names } from './names.js';
import { type ReadRequest, readRequest } from './read-request.js';

/** Refusals whose peer has no right to be here: its connection is not kept. */
const STRANGERS = new Set<ErrorCode>(['DRIM-701', 'DRIM-702', 'DRIM-703', 'DRIM-716']);

/** One request of another DRIMbox, from its head to its record. */
@Injectable()
export class RequestsService {
  private readonly answers: ReturnType<Metrics['counter']>;

  constructor(
    private readonly names: Names,
    private readonly admission: Admission,
    private readonly serving: ServeService,
    private readonly refusals: Refusals,
    private readonly health: HealthOnDb,
    private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.answers = metrics.counter('drimbox_wado_requests_total', 'Requests of other DRIMboxes, by answer', ['code']);
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    // A new trace: what a stranger says of his own is not taken over.
    runInTrace(childOf(undefined), () => {
      this.answer(request, response).catch((error: unknown) => {
        const code: ErrorCode = error instanceof DrimError ? error.code : 'DRIM-100';
        this.logger[ERRORS[code].level]('request.failed', errorFields(error));
        if (response.headersSent) response.destroy();
        else answerRefusal(response, { code, language: 'fr' });
      });
    });
    // A body has no meaning here and is not read to its end: such a connection is not kept.
    if (request.headers['content-length'] !== undefined || request.headers['transfer-encoding'] !== undefined) {
      response.shouldKeepAlive = false;
      request.resume();
    }
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const socket = request.socket as TLSSocket;
    const name = this.names.get(typeof socket.servername === 'string' ? socket.servername : undefined);
    // The name was taken from the registry after the handshake.
    if (!name) return answerRefusal(response, { code: 'DRIM-716', language: 'fr', hangUp: true });
    const read = readRequest(request, name.link.wadoPath);
    if (await this.health.answers(request, response, name.link, read.host)) return;
    const certificate = socket.getPeerX509Certificate()?.raw;
    const link = linkFacts(name);
    const admitted = await this.admission.admit({ link, certificate }, read);
    try {
      await this.carryOut(admitted, name, read, request, response);
    } finally {
      admitted.release();
    }
  }

  private async carryOut(
    admitted: Admitted,
    { site, link }: ServedName,
    read: ReadRequest,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { decision, peer, facts } = admitted;
    const from = { address: request.socket.remoteAddress ?? '', port: request.socket.remotePort ?? 0 };
    const id = randomUUID();
    const { language } = read;
    const images = facts.target.kind === 'images' ? facts.target.asked : undefined;
    const refuse = async (code: ErrorCode, cause: string, retrySeconds?: number): Promise<void> => {
      this.answers.inc({ code });
      const refused: RefusedAccess = {
        id,
        site,
        pacsLink: link.id,
        ...(images && { level: images.level, study: images.study }),
        ...(read.kos !== undefined && { kos: read.kos }),
        ...(peer !== undefined && { peer }),
        ...(facts.token?.ok && { person: facts.token.professional }),
        code,
        cause,
        from,
      };
      await this.refusals.record(refused);
      const hangUp = STRANGERS.has(code);
      answerRefusal(response, { code, language, hangUp, ...(retrySeconds !== undefined && { retrySeconds }) });
    };
    if (decision.kind === 'refuse') return refuse(decision.code, decision.cause, decision.retrySeconds);
    if (decision.kind === 'describe') return this.describe(response, link);
    if (!images || peer === undefined || read.kos === undefined || !read.accept.ok) {
      throw new DrimError('DRIM-100', 'served without its facts');
    }
    const served = await this.serving.serve(
      {
        access: {
          id,
          site,
          pacsLink: link.id,
          study: images.study,
          ...(images.series !== undefined && { series: images.series }),
          ...(images.instance !== undefined && { instance: images.instance }),
          level: images.level,
          kos: read.kos,
          peer,
          person: decision.professional,
          from,
        },
        link: { ...facts.link, compress: link.wado.compress },
        exam: decision.exam,
        asked: images,
        accept: read.accept.ranges,
      },
      response,
    );
    if (served.kind === 'refuse') return refuse(served.code, served.cause);
    this.answers.inc({ code: served.kind === 'answer' ? served.code : 'served' });
    if (served.kind === 'answer') answerRefusal(response, { code: served.code, language });
  }

  private describe(response: ServerResponse, link: PacsLink): void {
    this.answers.inc({ code: 'described' });
    const wadl = Buffer.from(capabilitiesOf(link));
    response.writeHead(200, {
      'content-type': 'application/vnd.sun.wadl+xml',
      'content-length': wadl.length,
      'cache-control': 'no-store',
      allow: 'GET, OPTIONS',
    });
    response.end(wadl);
  }
}

const linkFacts = ({ site, link }: ServedName): LinkFacts => ({
  id: link.id,
  site,
  db: link.db,
  options: link.wado,
});
