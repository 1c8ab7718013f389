import { createServer, type Server, type Socket } from 'node:net';
import { MllpConnection, mllpSend, mllpSendAll } from './mllp-sender.js';

const ACK =
  'MSH|^~\\&|B|B|A|A|20260101||ACK^R01^ACK|ACK1|T|2.5\rMSA|AE|X1\rERR||PID^1^3|101^Required field missing^HL70357|E|903^^L||no INS\r';

/** A receiver that keeps what comes and lets the test answer. */
function receiver(
  onData: (socket: Socket, all: Buffer) => void,
): Promise<{ server: Server; port: number; chunks: Buffer[] }> {
  const chunks: Buffer[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      onData(socket, Buffer.concat(chunks));
    });
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve({ server, chunks, port: typeof address === 'object' && address !== null ? address.port : 0 });
    });
  });
}

const mllp = (text: string): string => `\u000b${text}\u001c\r`;
const endsOf = (all: Buffer): number => all.toString('latin1').split('\u001c\r').length - 1;

describe('MLLP sender', () => {
  let server: Server | undefined;
  afterEach(() => server?.close());

  it('sends a framed message and reads the acknowledgement, cut anywhere', async () => {
    const open = await receiver((socket) => {
      const answer = mllp(ACK);
      socket.write(answer.slice(0, 20));
      setImmediate(() => socket.write(answer.slice(20)));
    });
    ({ server } = open);
    const answer = await mllpSend('127.0.0.1', open.port, Buffer.from('MSH|x'));
    expect(Buffer.concat(open.chunks).toString('latin1')).toBe(mllp('MSH|x'));
    expect(answer).toEqual({
      ok: true,
      raw: Buffer.from(mllp(ACK)),
      ack: {
        code: 'AE',
        controlId: 'X1',
        type: 'ACK^R01^ACK',
        ownControlId: 'ACK1',
        errors: [{ location: 'PID^1^3', code: '101', severity: 'E', applicationCode: '903', text: 'no INS' }],
      },
    });
  });

  it('sends several in one write and gives the answers in order', async () => {
    const open = await receiver((socket, all) => {
      if (endsOf(all) === 2) socket.write(mllp(ACK) + mllp(ACK.replace('|X1', '|X2')));
    });
    ({ server } = open);
    const answers = await mllpSendAll('127.0.0.1', open.port, [Buffer.from('A'), Buffer.from('B')]);
    expect(open.chunks).toHaveLength(1);
    expect(answers.map((answer) => answer.ok && answer.ack.controlId)).toEqual(['X1', 'X2']);
  });

  it('sends byte by byte', async () => {
    const open = await receiver((socket, all) => {
      if (endsOf(all) === 1) socket.write(mllp(ACK));
    });
    ({ server } = open);
    const answer = await mllpSend('127.0.0.1', open.port, Buffer.from('MSH|message'), { pace: 'bytes' });
    expect(answer.ok).toBe(true);
    expect(open.chunks.length).toBeGreaterThan(1);
  });

  it('keeps one connection over several exchanges', async () => {
    const open = await receiver((socket) => socket.write(mllp(ACK)));
    ({ server } = open);
    const connection = await MllpConnection.open('127.0.0.1', open.port);
    const first = await connection?.exchange([Buffer.from('A')]);
    const second = await connection?.exchange([Buffer.from('B')]);
    connection?.close();
    expect([first?.[0]?.ok, second?.[0]?.ok]).toEqual([true, true]);
  });

  it.each([
    ['no-start', 'MSH|x\u001c\r'],
    ['no-end', '\u000bMSH|x'],
    ['end-without-cr', '\u000bMSH|x\u001c'],
    ['none', 'MSH|x'],
  ] as const)('frames badly on demand: %s', async (framing, expected) => {
    const open = await receiver((socket, all) => {
      if (all.length >= expected.length) socket.end();
    });
    ({ server } = open);
    const answer = await mllpSend('127.0.0.1', open.port, Buffer.from('MSH|x'), { framing });
    expect(answer).toEqual({ ok: false, reason: 'closed', raw: Buffer.alloc(0) });
    expect(Buffer.concat(open.chunks).toString('latin1')).toBe(expected);
  });

  it('says why there is no acknowledgement', async () => {
    const silent = await receiver(() => undefined);
    ({ server } = silent);
    const message = Buffer.from('MSH|x');
    expect(await mllpSend('127.0.0.1', silent.port, message, { timeoutMs: 50 })).toMatchObject({ reason: 'timeout' });
    const garbled = await receiver((socket) => socket.write(mllp('not an acknowledgement')));
    expect(await mllpSend('127.0.0.1', garbled.port, message)).toMatchObject({ reason: 'unreadable' });
    await new Promise((resolve) => garbled.server.close(resolve));
    expect(await mllpSend('127.0.0.1', garbled.port, message)).toMatchObject({ reason: 'refused' });
  });
});
