import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { Bucket } from './bucket.js';

/** Arguments: port of the loopback to relay to, bits a second each way. Its first line says the port it listens at. */
const [target, bits] = process.argv.slice(2).map(Number);
if (!target || !bits) throw new Error('usage: throttle.main.js PORT BITS_PER_SECOND');

/** One wire, however many connections share it. */
const out = new Bucket(bits / 8);
const back = new Bucket(bits / 8);

function relay(from: Socket, to: Socket, bucket: Bucket): void {
  from.on('data', (chunk: Buffer) => {
    const flowing = to.write(chunk);
    const wait = bucket.take(chunk.length);
    if (flowing && wait === 0) return;
    from.pause();
    const drained = flowing ? Promise.resolve() : new Promise<void>((resolve) => to.once('drain', resolve));
    const due = wait === 0 ? Promise.resolve() : new Promise<void>((resolve) => setTimeout(resolve, wait));
    void Promise.all([drained, due]).then(() => from.resume());
  });
  from.on('end', () => to.end());
  from.on('error', () => to.destroy());
  from.on('close', () => to.destroySoon());
}

const server = createServer({ noDelay: true, allowHalfOpen: true }, (pacs) => {
  const receiver = connect({ port: target, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
  relay(pacs, receiver, out);
  relay(receiver, pacs, back);
});
server.listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ ready: true, port: (server.address() as AddressInfo).port }));
});
process.once('SIGTERM', () => process.exit(0));
