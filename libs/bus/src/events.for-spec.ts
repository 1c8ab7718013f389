import type { EventBody } from '@drimbox/contracts';
import { Logger } from '@drimbox/service';
import { randomUUID } from 'node:crypto';
import { PassThrough } from 'node:stream';
import type { OutgoingEvent } from './transport/transport.js';

export type ReportReceived = EventBody<'report.received'>;

/** `sequence` is what the tests tell events apart by. */
export const reportReceived = (sequence = 0): ReportReceived => ({
  site: 'port',
  at: '2026-11-22T10:00:00Z',
  reportId: randomUUID(),
  sequence,
  pacsLink: 'pacs',
  studies: ['1.2.250.1.1'],
});

export const outgoing = (sequence = 0, id: string = randomUUID()): OutgoingEvent => ({
  id,
  event: 'report.received',
  body: JSON.stringify(reportReceived(sequence)),
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
});

export const silentLogger = new Logger({ service: 'test', level: 'error', destination: new PassThrough().resume() });
