import { type ErrorCode, ERRORS } from '@drimbox/contracts';
import type { AckError, Code0357, ErrorLocation, MessageProblem, ProblemKind } from '@drimbox/hl7';
import type { Refusal } from './verdict.js';

const CODE_OF: Readonly<Record<ProblemKind, ErrorCode>> = {
  unreadable: 'DRIM-202',
  'unsupported-type': 'DRIM-203',
  'unsupported-event': 'DRIM-203',
  'unsupported-version': 'DRIM-204',
  'unsupported-processing-id': 'DRIM-220',
  'missing-segment': 'DRIM-206',
  'missing-field': 'DRIM-206',
  'incoherent-intent': 'DRIM-207',
  'forbidden-value': 'DRIM-220',
  'no-document': 'DRIM-206',
  'several-documents': 'DRIM-220',
  'damaged-document': 'DRIM-209',
  'not-a-document': 'DRIM-208',
};

/** Table of ERR-5: our own codes, for the integrator. */
const ERROR_TABLE = 'DRIMBOX';

const ackError = (
  code: ErrorCode,
  code0357: Code0357,
  location: ErrorLocation | undefined,
  detail: string | undefined,
): AckError => ({
  code0357,
  severity: 'E',
  ...(location ? { location } : {}),
  application: { code, text: ERRORS[code].fr, system: ERROR_TABLE },
  ...(detail ? { diagnostic: detail } : {}),
});

/** Refused for good (AE): the same bytes would be refused again. */
export const refuse = (code: ErrorCode, code0357: Code0357, location?: ErrorLocation, detail?: string): Refusal => ({
  ack: 'AE',
  code,
  ...(detail ? { detail } : {}),
  error: ackError(code, code0357, location, detail),
});

/** Refused for now (AR): the sender may send again once the circumstance is mended. */
export const refuseForNow = (code: ErrorCode, location?: ErrorLocation, detail?: string): Refusal => ({
  ...refuse(code, '207', location, detail),
  ack: 'AR',
});

export const refusalOf = ({ kind, hl7, detail }: MessageProblem): Refusal => {
  const code = kind === 'unreadable' && hl7.location?.field === 18 ? 'DRIM-205' : CODE_OF[kind];
  return {
    ack: hl7.ackCode === 'AR' ? 'AR' : 'AE',
    code,
    detail,
    error: ackError(code, hl7.code0357, hl7.location, detail),
  };
};

/** `OBX[1]-5.4`: an ERL as an integrator reads it. */
export function locationText(location: ErrorLocation | undefined): string | undefined {
  if (!location) return undefined;
  const { segment, sequence, field, component } = location;
  return `${segment}${sequence === undefined ? '' : `[${sequence}]`}${field === undefined ? '' : `-${field}`}${component === undefined ? '' : `.${component}`}`;
}
