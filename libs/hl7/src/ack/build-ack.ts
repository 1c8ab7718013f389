import { encode, type Charset } from '../message/charset.js';
import { buildHeader, buildSegment } from '../message/build.js';
import { escapeText } from '../message/escape.js';
import { EMPTY_HEADER, readHeader, type RawHeader } from '../message/header.js';
import type { Message } from '../message/parse.js';
import type { Separators } from '../message/separators.js';
import { TABLE_0357, type Code0357 } from './table-0357.js';

/** AA: understood, responsibility taken. AE: error in the message. AR: refused for now, may be sent again. */
export type AckCode = 'AA' | 'AE' | 'AR';

/** HL7 table 0516. */
export type Severity = 'E' | 'F' | 'I' | 'W';

/** ERR-2 (ERL): segment and its occurrence from 1, then field, repetition, component, all from 1. */
export interface ErrorLocation {
  readonly segment: string;
  readonly sequence?: number;
  readonly field?: number;
  readonly repetition?: number;
  readonly component?: number;
}

export interface AckError {
  readonly code0357: Code0357;
  readonly severity: Severity;
  readonly location?: ErrorLocation;
  /** ERR-5: code of the application, with the name of its table. */
  readonly application?: { readonly code: string; readonly text: string; readonly system: string };
  /** ERR-7, for the integrator. */
  readonly diagnostic?: string;
  /** ERR-8, for the user. */
  readonly text?: string;
}

export interface AckParameters {
  readonly code: AckCode;
  readonly errors?: readonly AckError[];
  readonly now: Date;
  /** MSH-10 of the acknowledgement itself. */
  readonly controlId: string;
}

/** The header to answer: of a message, or of bytes that could not be parsed. */
export type AckRequest = Message | Buffer | undefined;

const FALLBACK = { processingId: 'P', version: '2.5', country: 'FRA', charset: 'UNICODE UTF-8' };

/**
 * Technical acknowledgement `ACK^<event>^ACK` (volet "Transmission de document(s) CDA-R2", interop §1.3): MSH-3/4 and
 * MSH-5/6 swapped, MSH-11/12/17/18 and the delimiters of the request, MSH-21 left out, MSA-2 the request's MSH-10.
 * Written in the request's character set; works on whatever is left of a broken MSH.
 */
export function buildAck(request: AckRequest, ack: AckParameters): Buffer {
  const header = request === undefined ? EMPTY_HEADER : readHeader(Buffer.isBuffer(request) ? request : request.bytes);
  const charset: Charset = header.charset ?? 'utf-8';
  const { separators, field } = header;
  const text = (value: string): string => encode(escapeText(value, separators), charset).toString('latin1');
  const segments = [
    buildHeader(
      [
        field(5),
        field(6),
        field(3),
        field(4),
        timestamp(ack.now),
        '',
        acknowledgedEvent(header),
        text(ack.controlId),
        field(11) || FALLBACK.processingId,
        field(12) || FALLBACK.version,
        '',
        '',
        '',
        '',
        field(17) || FALLBACK.country,
        header.charset ? field(18) : FALLBACK.charset,
      ],
      separators,
    ),
    buildSegment('MSA', [ack.code, field(10)], separators),
    ...(ack.errors ?? []).map((error) => errorSegment(error, separators, text)),
  ];
  // Echoed fields already hold one character per byte.
  return Buffer.from(segments.map((segment) => `${segment}\r`).join(''), 'latin1');
}

function acknowledgedEvent({ field, separators }: RawHeader): string {
  const component = String.fromCharCode(separators.component);
  const event = field(9).split(component)[1] ?? '';
  return /^[A-Z][A-Z0-9]{2}$/.test(event) ? ['ACK', event, 'ACK'].join(component) : 'ACK';
}

function errorSegment(error: AckError, separators: Separators, text: (value: string) => string): string {
  const component = String.fromCharCode(separators.component);
  const { application } = error;
  return buildSegment(
    'ERR',
    [
      '',
      error.location ? locationText(error.location, component) : '',
      [error.code0357, text(TABLE_0357[error.code0357]), 'HL70357'].join(component),
      error.severity,
      application ? [application.code, application.text, application.system].map(text).join(component) : '',
      '',
      text(error.diagnostic ?? ''),
      text(error.text ?? ''),
    ],
    separators,
  );
}

/** ERL of ERR-2, without the empty parts at its end. */
function locationText(location: ErrorLocation, component: string): string {
  const { segment, sequence = 1, field, component: part } = location;
  const repetition = location.repetition ?? (part === undefined ? undefined : 1);
  const parts = [segment, sequence, field, repetition, part].map((value) => value?.toString() ?? '');
  return parts.slice(0, parts.findLastIndex((value) => value !== '') + 1).join(component);
}

/** HL7 timestamp in UTC, offset written: `20260102101501+0000`. */
export const timestamp = (date: Date): string =>
  `${date
    .toISOString()
    .replace(/\.\d+Z$/, '')
    .replace(/\D/g, '')}+0000`;
