/** What a RIS reads in an acknowledgement (interop §1.3). */
export interface Ack {
  /** MSA-1: AA taken over, AE wrong, AR to be sent again later. */
  readonly code: string;
  /** MSA-2: MSH-10 of the message acknowledged. */
  readonly controlId: string;
  /** MSH-9 of the acknowledgement. */
  readonly type: string;
  /** MSH-10 of the acknowledgement. */
  readonly ownControlId: string;
  readonly errors: readonly AckError[];
}

export interface AckError {
  /** ERR-2. */
  readonly location: string;
  /** ERR-3.1, HL7 table 0357. */
  readonly code: string;
  /** ERR-4, HL7 table 0516. */
  readonly severity: string;
  /** ERR-5.1. */
  readonly applicationCode: string;
  /** ERR-7 or ERR-8: for people. */
  readonly text: string;
}

/** Undefined when there is no MSH or no MSA. */
export function parseAck(message: Buffer): Ack | undefined {
  const segments = message
    .toString('utf8')
    .split('\r')
    .map((line) => line.split('|'));
  const header = segments.find(([name]) => name === 'MSH');
  const msa = segments.find(([name]) => name === 'MSA');
  if (header === undefined || msa === undefined) return undefined;
  return {
    code: msa[1] ?? '',
    controlId: msa[2] ?? '',
    type: header[8] ?? '', // MSH-1 is the separator itself
    ownControlId: header[9] ?? '',
    errors: segments.filter(([name]) => name === 'ERR').map(parseError),
  };
}

const parseError = (fields: readonly string[]): AckError => ({
  location: fields[2] ?? '',
  code: (fields[3] ?? '').split('^')[0] ?? '',
  severity: fields[4] ?? '',
  applicationCode: (fields[5] ?? '').split('^')[0] ?? '',
  text: [fields[7], fields[8]].filter((text) => text !== undefined && text !== '').join(' '),
});
