/** Words for the codes of A-ASSOCIATE-RJ and A-ABORT (PS3.8 Tables 9-21 and 9-26). */

const REJECT_SOURCES: Readonly<Record<number, string>> = {
  1: 'service user',
  2: 'service provider (ACSE)',
  3: 'service provider (presentation)',
};

const REJECT_REASONS: Readonly<Record<string, string>> = {
  '1.1': 'no reason given',
  '1.2': 'application context not supported',
  '1.3': 'calling AE title not recognized',
  '1.7': 'called AE title not recognized',
  '2.1': 'no reason given',
  '2.2': 'protocol version not supported',
  '3.1': 'temporary congestion',
  '3.2': 'local limit exceeded',
};

const ABORT_SOURCES: Readonly<Record<number, string>> = { 0: 'service user', 2: 'service provider' };

const ABORT_REASONS: Readonly<Record<number, string>> = {
  0: 'reason not specified',
  1: 'unrecognized PDU',
  2: 'unexpected PDU',
  4: 'unrecognized PDU parameter',
  5: 'unexpected PDU parameter',
  6: 'invalid PDU parameter value',
};

/** E.g. `rejected permanently by the service user: called AE title not recognized`. */
export function rejectText({
  result,
  source,
  reason,
}: {
  readonly result: number;
  readonly source: number;
  readonly reason: number;
}): string {
  const permanence = result === 1 ? 'permanently' : result === 2 ? 'for now' : `with result ${result}`;
  const who = REJECT_SOURCES[source] ?? `source ${source}`;
  return `rejected ${permanence} by the ${who}: ${REJECT_REASONS[`${source}.${reason}`] ?? `reason ${reason}`}`;
}

/** E.g. `aborted by the service provider: unexpected PDU`. A service user gives no reason. */
export function abortText({ source, reason }: { readonly source: number; readonly reason: number }): string {
  const who = ABORT_SOURCES[source] ?? `source ${source}`;
  return source === 2
    ? `aborted by the ${who}: ${ABORT_REASONS[reason] ?? `reason ${reason}`}`
    : `aborted by the ${who}`;
}
