import { DrimError, ERRORS, type ErrorCode, type Failure } from '@drimbox/contracts';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { errorFields } from '../log/fields.js';
import type { Logger } from '../log/logger.js';

/** What a failed internal request answers. */
export interface ErrorBody extends Failure {
  readonly message: string;
}

/** The one place where an error becomes its wire form: `{code, message, detail}` with the table's status. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const { code, detail, status } = wireForm(error);
    const { method, routeOptions } = http.getRequest<FastifyRequest>();
    this.logger[ERRORS[code].level]('http.failed', {
      ...errorFields(error),
      code,
      status,
      method,
      // The declared path, not the one asked: an address may hold an identifier.
      route: routeOptions.url,
    });
    const body: ErrorBody = { code, message: ERRORS[code].en, ...(detail !== undefined && { detail }) };
    void http.getResponse<FastifyReply>().status(status).send(body);
  }
}

function wireForm(error: unknown): { code: ErrorCode; detail?: string | undefined; status: number } {
  if (error instanceof DrimError) return { code: error.code, detail: error.detail, status: ERRORS[error.code].http };
  const status = statusOf(error);
  if (status === 404) return { code: 'DRIM-103', status };
  if (status >= 400 && status < 500) return { code: 'DRIM-102', status };
  return { code: 'DRIM-100', status: 500 };
}

/** Nest's refusals and Fastify's (`statusCode`: body too large, unreadable JSON, wrong media type). */
function statusOf(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  const status = (error as { statusCode?: unknown } | undefined)?.statusCode;
  return typeof status === 'number' ? status : 500;
}
