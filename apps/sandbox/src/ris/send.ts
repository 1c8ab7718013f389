import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { MllpClient, parseAck, readHeader, type MllpClientOptions, type ReceivedAck } from '@drimbox/hl7';
import { explainError, plain, WORDS, type Language, type Words } from './send-words.js';

/** Where the tool writes and looks; tests give their own. */
export interface SendIo {
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
  /** Relative file names start here. */
  readonly cwd: string;
  /** Description of the running sandbox, whose `hl7` is the default address. */
  readonly runFile: string;
}

const PROCESS_IO: SendIo = {
  out: (line) => console.log(line),
  err: (line) => console.error(line),
  // npm changes the folder; the user's own is here.
  cwd: process.env['INIT_CWD'] ?? process.cwd(),
  runFile: fileURLToPath(new URL('../../../../.drimbox/run.json', import.meta.url)),
};

/** 0: AA. 1: any other acknowledgement. 2: wrong use. 3: nothing that can be read came back. */
export type ExitCode = 0 | 1 | 2 | 3;

const OPTIONS = {
  to: { type: 'string' },
  tls: { type: 'boolean' },
  ca: { type: 'string' },
  cert: { type: 'string' },
  key: { type: 'string' },
  servername: { type: 'string' },
  normalise: { type: 'boolean' },
  wait: { type: 'string' },
  en: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

/** Sends one HL7 file over MLLP and says in plain words what the acknowledgement means. */
export async function main(argv: readonly string[], io: SendIo = PROCESS_IO): Promise<ExitCode> {
  const language: Language = argv.includes('--en') ? 'en' : 'fr';
  const words = WORDS[language];
  const wrong = (reason: string): ExitCode => {
    io.err(reason);
    io.err(words.usage);
    return 2;
  };
  const read = readArguments(argv);
  if (!read.ok) return wrong(read.reason);
  const { values, positionals } = read;
  if (values.help) {
    io.out(words.usage);
    return 0;
  }
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) return wrong(words.oneFile);
  const waitMs = Number(values.wait ?? '30') * 1000;
  if (!(waitMs > 0 && waitMs <= 3_600_000)) return wrong(words.badWait);
  const address = values.to ?? (await runningAddress(io.runFile));
  if (address === undefined) return wrong(words.noAddress);
  const target = readAddress(address);
  if (!target) return wrong(words.badAddress(address));

  let message: Buffer;
  let tls: MllpClientOptions['tls'];
  try {
    message = await readFile(resolve(io.cwd, file));
    tls = await readTls(values, io.cwd);
  } catch (error) {
    return wrong(words.unreadableFile(error instanceof Error ? error.message : String(error)));
  }
  if (values.normalise) message = withCarriageReturns(message);
  return exchange(message, { ...target, ...(tls ? { tls } : {}) }, waitMs, io, words);
}

type Arguments = ReturnType<typeof parseArgs<{ options: typeof OPTIONS; allowPositionals: true }>>;

function readArguments(argv: readonly string[]): ({ ok: true } & Arguments) | { ok: false; reason: string } {
  try {
    return { ok: true, ...parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true }) };
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : String(error) };
  }
}

async function exchange(
  message: Buffer,
  target: MllpClientOptions,
  waitMs: number,
  io: SendIo,
  words: Words,
): Promise<ExitCode> {
  const connected = await MllpClient.connect(target);
  if (!connected.ok) {
    io.err(words.unreachable(`${target.host}:${target.port}`, connected.failure.detail));
    return 3;
  }
  const sent = await connected.value.send(message, waitMs);
  connected.value.close();
  if (!sent.ok) {
    io.err(words.noAnswer(sent.failure.detail));
    return 3;
  }
  const ack = parseAck(sent.value);
  if (!ack.ok) {
    io.err(words.unreadableAnswer(ack.problem.kind));
    return 3;
  }
  return explain(ack.value, readHeader(message).field(10), io, words);
}

/** Says what the acknowledgement means, error by error. */
function explain(ack: ReceivedAck, sentControlId: string, io: SendIo, words: Words): ExitCode {
  io.out(`${plain(ack.code)} — ${words.codes[ack.code] ?? words.unknownCode}`);
  for (const error of ack.errors) for (const line of explainError(error, words)) io.out(line);
  if (ack.controlId !== sentControlId) {
    io.out(words.otherMessage(plain(ack.controlId), sentControlId));
    return 1;
  }
  return ack.code === 'AA' ? 0 : 1;
}

async function runningAddress(runFile: string): Promise<string | undefined> {
  try {
    const run = JSON.parse(await readFile(runFile, 'utf8')) as unknown;
    return typeof run === 'object' && run !== null && 'hl7' in run && typeof run.hl7 === 'string' ? run.hl7 : undefined;
  } catch {
    return undefined; // nothing runs here
  }
}

/** `host:port`, `[IPv6]:port`. */
function readAddress(address: string): { host: string; port: number } | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(address);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  return host !== undefined && port > 0 && port < 65_536 ? { host, port } : undefined;
}

async function readTls(
  values: { tls?: boolean; ca?: string; cert?: string; key?: string; servername?: string },
  cwd: string,
): Promise<MllpClientOptions['tls']> {
  const { ca, cert, key, servername } = values;
  if (!(values.tls || ca || cert || key || servername)) return undefined;
  const pem = async (name: 'ca' | 'cert' | 'key', file: string | undefined): Promise<Record<string, Buffer>> =>
    file === undefined ? {} : { [name]: await readFile(resolve(cwd, file)) };
  return {
    ...(await pem('ca', ca)),
    ...(await pem('cert', cert)),
    ...(await pem('key', key)),
    ...(servername ? { servername } : {}),
  };
}

/** LF and CRLF become CR, the segment end of the standard; latin1 keeps every other byte. */
const withCarriageReturns = (message: Buffer): Buffer =>
  Buffer.from(message.toString('latin1').replace(/\r?\n/g, '\r'), 'latin1');
