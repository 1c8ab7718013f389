import { userInfo } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ERRORS, type Failure, OPERATOR_HEADER, OperatorAccount } from '@drimbox/contracts';
import { type CallResult, InternalClient, InternalTls, Logger } from '@drimbox/service';
import type { z } from 'zod';
import { findServices, type Services } from './services.js';
import { type Language, WORDS, type Words } from './words.js';

/** 0: done. 1: refused, or nothing known by that id; the code says why. 2: wrong use. 3: kos-publisher gave no usable answer. */
export type ExitCode = 0 | 1 | 2 | 3;

/** A question to kos-publisher, or to pacs-bridge, in the name of the account. */
export interface Publisher {
  ask<T>(method: 'GET' | 'POST', path: string, answer: z.ZodType<T>, of?: 'pacs-bridge'): Promise<CallResult<T>>;
  close(): Promise<void>;
}

/** Where the tool writes and looks; tests give their own. */
export interface Io {
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Description of the quick start that runs here. */
  readonly runFile: string;
  /** Opens kos-publisher, or says why the identity cannot be used. */
  readonly connect: (
    services: Services,
    account: string,
  ) => { ok: true; publisher: Publisher } | { ok: false; fault: string };
}

export const PROCESS_IO: Io = {
  out: (line) => console.log(line),
  err: (line) => console.error(line),
  env: process.env,
  runFile: fileURLToPath(new URL('../../../.drimbox/run.json', import.meta.url)),
  connect,
};

const OPTIONS = {
  'tls-dir': { type: 'string' },
  url: { type: 'string' },
  'pacs-url': { type: 'string' },
  as: { type: 'string' },
  en: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

export interface Session {
  readonly words: Words;
  readonly language: Language;
  readonly positionals: readonly string[];
  readonly publisher: Publisher;
}

/** Reads the command line, finds kos-publisher and runs the work; says in plain words what is missing. */
export async function withPublisher(
  argv: readonly string[],
  io: Io,
  usage: (words: Words) => string,
  work: (session: Session) => Promise<ExitCode>,
): Promise<ExitCode> {
  const language: Language = argv.includes('--en') ? 'en' : 'fr';
  const words = WORDS[language];
  const wrong = (reason: string): ExitCode => {
    io.err(reason);
    io.err(usage(words));
    return 2;
  };
  const read = readArguments(argv);
  if (!read.ok) return wrong(read.reason);
  const { values, positionals } = read;
  if (values.help) {
    io.out(usage(words));
    return 0;
  }
  const account = OperatorAccount.safeParse(values.as ?? io.env['DRIMBOX_OPERATOR_ACCOUNT'] ?? userInfo().username);
  if (!account.success) return wrong(words.badAccount);
  const services = await findServices(
    { tlsDir: values['tls-dir'], url: values.url, pacsUrl: values['pacs-url'] },
    io.env,
    io.runFile,
  );
  if (!services) return wrong(words.noServices);
  if (!isHttps(services.publisherUrl) || (services.bridgeUrl !== undefined && !isHttps(services.bridgeUrl)))
    return wrong(words.badUrl);
  const connected = io.connect(services, account.data);
  if (!connected.ok) return wrong(words.noIdentity(connected.fault));
  try {
    return await work({ words, language, positionals, publisher: connected.publisher });
  } finally {
    await connected.publisher.close();
  }
}

/** Says a failure with its code and words. */
export function explain(failed: Failure, { language, words }: Session, io: Io): ExitCode {
  const { code, detail } = failed;
  io.err(`${code} — ${ERRORS[code][language]}${detail === undefined ? '' : words.detail(detail)}`);
  return code === 'DRIM-106' ? 3 : 1;
}

const isHttps = (url: string): boolean => URL.canParse(url) && new URL(url).protocol === 'https:';

type Arguments = ReturnType<typeof parseArgs<{ options: typeof OPTIONS; allowPositionals: true }>>;

function readArguments(argv: readonly string[]): ({ ok: true } & Arguments) | { ok: false; reason: string } {
  try {
    return { ok: true, ...parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true }) };
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : String(error) };
  }
}

/** A replay asks the DMP first: longer than its own time limits. */
const ANSWER_MILLISECONDS = 150_000;

function connect({ tlsDir, publisherUrl, bridgeUrl }: Services, account: string): ReturnType<Io['connect']> {
  const logger = new Logger({ service: 'operator-cli', level: 'error' });
  const opened = InternalTls.open(tlsDir, 'admin', logger);
  if (!opened.ok) return opened;
  const client = new InternalClient(opened.tls, {
    'kos-publisher': publisherUrl,
    ...(bridgeUrl !== undefined && { 'pacs-bridge': bridgeUrl }),
  });
  return {
    ok: true,
    publisher: {
      ask: (method, path, answer, of = undefined) =>
        client.call({
          to: of ?? 'kos-publisher',
          method,
          path,
          headers: { [OPERATOR_HEADER]: account },
          answer,
          timeoutMilliseconds: ANSWER_MILLISECONDS,
        }),
      close: async () => {
        await client.close();
        opened.tls.close();
      },
    },
  };
}
