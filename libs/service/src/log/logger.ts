import { pino, type DestinationStream, type Level, type Logger as Pino } from 'pino';
import { currentTrace } from '../trace/trace.js';
import { allowedFields, type LogFields } from './fields.js';

export interface LoggerOptions {
  readonly service: string;
  readonly level: Level;
  /** Where lines go; standard error by default, since standard output is the ready line's. */
  readonly destination?: DestinationStream;
}

/**
 * The one way to log: an event code (`registry.refused`) and fields of a closed list; there is no free message in
 * which a trait, a token or a body could slip. The trace id of the work in progress is added.
 */
export class Logger {
  private readonly lines: Pino;

  constructor({ service, level, destination }: LoggerOptions) {
    this.lines = pino(
      { level, base: { service }, timestamp: pino.stdTimeFunctions.isoTime, messageKey: 'msg' },
      // Synchronous: the last line before a crash is the one that matters.
      destination ?? pino.destination({ dest: 2, sync: true }),
    );
  }

  debug(code: string, fields: LogFields = {}): void {
    this.write('debug', code, fields);
  }

  info(code: string, fields: LogFields = {}): void {
    this.write('info', code, fields);
  }

  warn(code: string, fields: LogFields = {}): void {
    this.write('warn', code, fields);
  }

  error(code: string, fields: LogFields = {}): void {
    this.write('error', code, fields);
  }

  private write(level: Level, code: string, fields: LogFields): void {
    if (!this.lines.isLevelEnabled(level)) return;
    const trace = currentTrace();
    this.lines[level]({ ...allowedFields(fields), ...(trace && { trace: trace.traceId }) }, code);
  }
}
