import { DrimError } from '@drimbox/contracts';
import { PassThrough } from 'node:stream';
import { childOf, runInTrace } from '../trace/trace.js';
import { errorFields, type LogFields } from './fields.js';
import { Logger } from './logger.js';
import { NestLogger } from './nest-logger.js';

let lines: string[];
let logger: Logger;
beforeEach(() => {
  lines = [];
  const destination = new PassThrough().on('data', (line: Buffer) => lines.push(line.toString()));
  logger = new Logger({ service: 'hl7-ingest', level: 'info', destination });
});
const last = (): Record<string, unknown> => JSON.parse(lines.at(-1) ?? '{}') as Record<string, unknown>;

it('writes the event code, the service, the fields and the trace', () => {
  const trace = childOf(undefined);
  runInTrace(trace, () => logger.info('report.stored', { reportId: 'r1', bytes: 12 }));
  expect(last()).toMatchObject({ msg: 'report.stored', service: 'hl7-ingest', reportId: 'r1', bytes: 12 });
  expect(last().trace).toBe(trace.traceId);
});

it('drops a field that is not of the closed list, and structures', () => {
  const slipped = { birthName: 'DURAND', site: { name: 'DURAND' } } as unknown as LogFields;
  logger.info('report.stored', slipped);
  expect(last().droppedFields).toBe(2);
  expect(lines.join()).not.toContain('DURAND');
});

it.each([
  ['a matricule', 'patient 279035121518989 refused', 'patient [matricule] refused'],
  ['a matricule without key', 'ins 2790351215189', 'ins [matricule]'],
  ['a Corsican matricule of the real form', 'ins 185032A004123', 'ins [matricule]'],
  ['a token', 'sent Bearer abc.def', 'sent [token]'],
  ['a JWT', 'got eyJhbGciOi.eyJzdWIi.sig', 'got [token]'],
  ['a UID, which stays', 'study 1.2.250.1.2790351215189.1', 'study 1.2.250.1.2790351215189.1'],
])('scrubs %s from free text', (_, written, read) => {
  logger.warn('x', { detail: written });
  expect(last().detail).toBe(read);
});

it('says the class, code and place of an error, never its message', () => {
  const error = Object.assign(new Error('Key (name)=(DURAND) already exists'), { code: '23505' });
  logger.error('x', errorFields(error));
  expect(last()).toMatchObject({ error: 'Error', state: '23505', stack: expect.stringContaining('at ') as string });
  expect(lines.join()).not.toContain('DURAND');
  logger.error('x', errorFields(new DrimError('DRIM-306', 'link pacs-1')));
  expect(last()).toMatchObject({ code: 'DRIM-306', detail: 'link pacs-1' });
});

it('gives Nest the same door', () => {
  new NestLogger(logger).error(new Error('DURAND'));
  expect(last()).toMatchObject({ msg: 'nest.error', error: 'Error' });
  expect(lines.join()).not.toContain('DURAND');
});
