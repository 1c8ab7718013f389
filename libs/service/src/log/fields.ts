import { DrimError, isErrorCode } from '@drimbox/contracts';

/**
 * The only names a log line may carry. Ids, codes, counts and times: nothing here can hold a patient's trait, a token
 * or a body, and a new name is added here, in sight of a reviewer, or not logged at all.
 */
const IDENTIFIERS = [
  'attempt',
  'attempts',
  'bytes',
  'caller',
  'certificate',
  'channel',
  'code',
  'count',
  'deadLetter',
  'durable',
  'error',
  'event',
  'eventId',
  'exam',
  'host',
  'kos',
  'listener',
  'messageId',
  'messageType',
  'method',
  'milliseconds',
  'migration',
  'notAfter',
  'outcome',
  'pacsLink',
  'phase',
  'port',
  'received',
  'reportId',
  'retrieval',
  'ris',
  'route',
  'seconds',
  'series',
  'service',
  'setting',
  'signal',
  'site',
  'sqlState',
  'stack',
  'state',
  'status',
  'structure',
  'study',
  'version',
] as const;

/** Free text of our own making: said in plain words, scrubbed all the same. */
const TEXTS = ['detail', 'fault'] as const;

export type LogField = (typeof IDENTIFIERS)[number] | (typeof TEXTS)[number];
export type LogFields = { readonly [F in LogField]?: string | number | boolean | undefined };

const KNOWN = new Set<string>([...IDENTIFIERS, ...TEXTS]);
const FREE = new Set<string>(TEXTS);
const MAX_TEXT = 400;
const MAX_STACK = 2_000;

// An INS matricule has 13 characters (15 with its key), 2A/2B for Corsica; digits of a UID stand beside dots.
const MATRICULE = /(?<![\w.])[1-8]\d{4}(?:\d\d|2[AB])\d{6}(?:\d\d)?(?![\w.])/g;
const TOKEN = /\beyJ[\w-]+(\.[\w-]*)*|\bBearer\s+\S+/g;

/** Our own words, cut to length, without what looks like a matricule or a token. */
export const scrub = (text: string): string =>
  text.replace(TOKEN, '[token]').replace(MATRICULE, '[matricule]').slice(0, MAX_TEXT);

/** Keeps what may be logged; says how many fields it left out, never what they held. */
export function allowedFields(fields: LogFields): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  let dropped = 0;
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    if (!KNOWN.has(name) || !['string', 'number', 'boolean'].includes(typeof value)) dropped++;
    else if (typeof value !== 'string') kept[name] = value;
    else if (name === 'stack') kept[name] = value.slice(0, MAX_STACK);
    else kept[name] = FREE.has(name) ? scrub(value) : value.slice(0, MAX_TEXT);
  }
  if (dropped > 0) kept.droppedFields = dropped;
  return kept;
}

/** What may be said of a thrown value: its class, its code and where; never its message, which may quote the data. */
export function errorFields(error: unknown): LogFields {
  if (error instanceof DrimError) {
    const cause = error.cause instanceof Error ? error.cause.name : undefined;
    return { code: error.code, detail: error.detail, error: cause };
  }
  if (!(error instanceof Error)) return { error: typeof error };
  const code = (error as { code?: unknown }).code;
  return {
    error: error.name,
    ...(typeof code === 'string' && (isErrorCode(code) ? { code } : { state: code })),
    stack: error.stack
      ?.split('\n')
      .filter((line) => /^\s+at /.test(line))
      .join('\n'),
  };
}
