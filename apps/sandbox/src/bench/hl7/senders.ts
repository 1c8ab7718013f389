import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import pg from 'pg';
import { type SandboxSite } from '../../stack/sites.js';
import type { Sender } from './load.js';
import { NumberedMessage } from './numbered-message.js';

/** The peer's table: the message and a key, nothing else. Raw bytes are stored as in `reception`, uncompressed. */
export const PEER_TABLE = `
  create table bench_message (id bigint generated always as identity primary key, raw bytea not null);
  alter table bench_message alter column raw set storage external;`;

/** The product's way: MLLP, done when the AA of this very message has come. */
export async function openMllp(port: number, site: SandboxSite, bytes: number): Promise<Sender> {
  const message = new NumberedMessage(site, bytes);
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  await once(socket, 'connect');
  const answers = new Answers(socket);
  return {
    send: async (number) => {
      const control = message.number(number);
      const answer = answers.next();
      socket.write(message.frame);
      const text = await answer;
      if (!text.includes(`\rMSA|AA|${control}`)) throw new Error(`no AA: ${/MSA[^\r]*/.exec(text)?.[0] ?? 'no MSA'}`);
    },
    close: async () => {
      socket.destroy();
      await once(socket, 'close');
    },
  };
}

/** The peer's way: one prepared INSERT of the same bytes, committed when it returns. */
export async function openPostgres(url: string, site: SandboxSite, bytes: number): Promise<Sender> {
  const message = new NumberedMessage(site, bytes);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return {
    send: async (number) => {
      message.number(number);
      await client.query({
        name: 'insert',
        text: 'insert into bench_message (raw) values ($1)',
        values: [message.message],
      });
    },
    close: () => client.end(),
  };
}

/** Answers of one socket, one at a time, as text. */
class Answers {
  private received = '';
  private settle: { resolve: (text: string) => void; reject: (error: Error) => void } | undefined;

  constructor(socket: Socket) {
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      this.received += chunk;
      if (!this.received.endsWith('\x1c\r')) return;
      this.settle?.resolve(this.received);
      this.received = '';
    });
    socket.on('error', () => undefined); // always followed by close
    socket.on('close', () => this.settle?.reject(new Error('connection closed before the answer')));
  }

  next(): Promise<string> {
    return new Promise((resolve, reject) => (this.settle = { resolve, reject }));
  }
}
