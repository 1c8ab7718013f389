import type { LoggerService } from '@nestjs/common';
import { errorFields } from './fields.js';
import type { Logger } from './logger.js';

/** Nest's own lines: only warnings and errors are news, and of an error only its class and place. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown): void {
    this.logger.debug('nest.log', textOf(message));
  }

  warn(message: unknown): void {
    this.logger.warn('nest.warn', textOf(message));
  }

  error(message: unknown): void {
    this.logger.error('nest.error', message instanceof Error ? errorFields(message) : textOf(message));
  }
}

const textOf = (message: unknown): { detail?: string } => (typeof message === 'string' ? { detail: message } : {});
