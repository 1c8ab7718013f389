/** DIMSE status codes (PS3.7 Annex C, PS3.4 §B.2.3, §C.4.1.1.4, §C.4.2.1.5). */
export const Status = {
  Success: 0x0000,
  InvalidInstance: 0x0117,
  SopClassNotSupported: 0x0122,
  UnrecognizedOperation: 0x0211,
  OutOfResources: 0xa700,
  /** C-MOVE and C-GET: complete, some sub-operations failed or warned. */
  SubOperationsFailed: 0xb000,
  CannotUnderstand: 0xc000,
  Cancel: 0xfe00,
  Pending: 0xff00,
  /** Pending, but the peer did not support some optional key. */
  PendingWarning: 0xff01,
} as const;

export const isPending = (status: number): boolean => status === Status.Pending || status === Status.PendingWarning;

/** C-STORE: stored, with a reserve (PS3.4 Table B.2-1, PS3.7 Annex C.4). */
export const isStoreWarning = (status: number): boolean =>
  status >>> 12 === 0xb || status === 0x0001 || status === 0x0107 || status === 0x0116;

const WORDS: Readonly<Record<number, string>> = {
  0x0105: 'no such attribute',
  0x0106: 'invalid attribute value',
  0x0110: 'processing failure',
  0x0112: 'no such SOP instance',
  0x0115: 'invalid argument value',
  0x0117: 'invalid object instance',
  0x0118: 'no such SOP class',
  0x0119: 'class-instance conflict',
  0x0120: 'missing attribute',
  0x0122: 'SOP class not supported',
  0x0124: 'not authorized',
  0x0210: 'duplicate invocation',
  0x0211: 'unrecognized operation',
  0x0212: 'mistyped argument',
  0x0213: 'resource limitation',
  0xa700: 'out of resources',
  0xa701: 'out of resources: unable to count matches',
  0xa702: 'out of resources: unable to perform sub-operations',
  0xa801: 'move destination unknown',
  0xa900: 'data set does not match SOP class',
  0xb000: 'sub-operations complete with failures',
  0xfe00: 'cancelled',
};

/** E.g. `status A700: out of resources`. */
export function statusText(status: number): string {
  const word = WORDS[status] ?? (status >>> 12 === 0xc ? 'unable to process' : 'unknown status');
  return `status ${status.toString(16).toUpperCase().padStart(4, '0')}: ${word}`;
}
