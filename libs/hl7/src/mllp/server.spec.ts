import { once } from 'node:events';
import { BlockList } from 'node:net';
import { encodeFrame, MEBIBYTE } from './frame-decoder.js';
import { cleanUp, connectPeer, Gate, startServer, turn } from './peer.fixture.js';

afterEach(cleanUp);

describe('MLLP server', () => {
  it('answers each frame in order, one at a time, on one connection', async () => {
    let atWork = 0;
    let mostAtWork = 0;
    const { port } = await startServer({
      handler: async (frame) => {
        mostAtWork = Math.max(mostAtWork, ++atWork);
        await turn();
        atWork--;
        return frame;
      },
    });
    const { socket, answered } = await connectPeer(port);
    const numbers = Array.from({ length: 200 }, (_, i) => `m${i}`);
    socket.write(Buffer.concat(numbers.map((text) => encodeFrame(Buffer.from(text)))));
    expect(await answered(200)).toEqual(numbers);
    expect(mostAtWork).toBe(1);
  });

  it('reads a message sent one byte at a time', async () => {
    const { port } = await startServer();
    const { socket, answered } = await connectPeer(port);
    for (const byte of encodeFrame(Buffer.from('MSH|slow\rPID|1\r'))) {
      socket.write(Buffer.of(byte));
      await turn();
    }
    expect(await answered(1)).toEqual(['ack MSH|slow\rPID|1\r']);
  });

  it('answers a sender that closes its side and waits', async () => {
    const { port } = await startServer();
    const { socket, answered, closed } = await connectPeer(port);
    socket.end(encodeFrame(Buffer.from('last words')));
    expect(await answered(1)).toEqual(['ack last words']);
    await closed;
  });

  it('sends nothing when the handler says so, and closes without an answer when it fails', async () => {
    const { port, closings } = await startServer({
      handler: (frame) =>
        frame.toString() === 'quiet' ? Promise.resolve(undefined) : Promise.reject(new Error('disk')),
    });
    const { socket, answers, closed } = await connectPeer(port);
    socket.write(Buffer.concat([encodeFrame(Buffer.from('quiet')), encodeFrame(Buffer.from('bad'))]));
    await closed;
    expect(answers).toEqual([]);
    expect(closings).toEqual(['handler-failed']);
  });

  it('never works a frame that lacks its end block: it is a fault, answered as one', async () => {
    const worked: string[] = [];
    const { port } = await startServer({
      handler: (frame) => {
        worked.push(frame.toString());
        return Promise.resolve(frame);
      },
      onFault: (fault) => Promise.resolve(Buffer.from(`fault ${fault.kind}`)),
    });
    const { socket, answered } = await connectPeer(port);
    socket.write(Buffer.concat([Buffer.from('\x0bcut'), encodeFrame(Buffer.from('whole'))]));
    socket.end(Buffer.from('\x0bcut too'));
    expect(await answered(3)).toEqual(['fault unterminated', 'whole', 'fault unterminated']);
    expect(worked).toEqual(['whole']);
  });

  it('refuses 50 MB with flat memory, says so once, and serves the next message', async () => {
    const { port } = await startServer({
      onFault: (fault) => Promise.resolve(Buffer.from(fault.kind)),
      limits: { maxFrameBytes: 20 * MEBIBYTE },
    });
    const { socket, answered } = await connectPeer(port);
    const chunk = Buffer.alloc(MEBIBYTE, 0x41);
    const before = process.memoryUsage();
    let peak = 0;
    socket.write(Buffer.from('\x0bMSH|'));
    for (let i = 0; i < 50; i++) {
      if (!socket.write(chunk)) await once(socket, 'drain');
      const now = process.memoryUsage();
      peak = Math.max(peak, now.arrayBuffers - before.arrayBuffers);
    }
    socket.write(Buffer.from('\x1c\r'));
    socket.write(encodeFrame(Buffer.from('next')));
    expect(await answered(2)).toEqual(['too-large', 'ack next']);
    // The buffer in progress, its former half while it doubles, and what the collector has not yet taken: never the 50 MB and their copies.
    expect(peak).toBeLessThan(90 * MEBIBYTE);
  });

  it('holds a fast sender back while a message is worked', async () => {
    const held = new Gate();
    const { port } = await startServer({
      handler: async () => {
        await held.opened;
        return Buffer.from('ok');
      },
    });
    const { socket, answered } = await connectPeer(port);
    socket.write(encodeFrame(Buffer.from('first')));
    const big = encodeFrame(Buffer.alloc(16 * MEBIBYTE, 0x41));
    const flushed = new Promise((resolve) => socket.write(big, resolve));
    const outcome = await Promise.race([
      flushed.then(() => 'taken'),
      new Promise((resolve) => setTimeout(() => resolve('held back'), 300)),
    ]);
    expect(outcome).toBe('held back');
    held.open();
    expect(await answered(2)).toEqual(['ok', 'ok']);
  });

  it('completes the work on a message whose sender vanished', async () => {
    const begun = new Gate();
    const held = new Gate();
    const done = new Gate();
    const { port } = await startServer({
      handler: async (frame) => {
        begun.open();
        await held.opened;
        done.open();
        return frame;
      },
    });
    const { socket } = await connectPeer(port);
    socket.write(encodeFrame(Buffer.from('kept')));
    await begun.opened;
    socket.resetAndDestroy();
    held.open();
    await done.opened;
  });

  it('cuts a frame that drips too slowly, and a silent sender', async () => {
    const dripping = await startServer({ limits: { frameMs: 100 } });
    const slow = await connectPeer(dripping.port);
    slow.socket.write(Buffer.from('\x0bM'));
    const drip = setInterval(() => slow.socket.write(Buffer.from('x')), 20);
    await slow.closed;
    clearInterval(drip);
    expect(dripping.closings).toEqual(['slow-frame']);

    const silent = await startServer({ limits: { idleMs: 100 } });
    const idle = await connectPeer(silent.port);
    await idle.closed;
    expect(silent.closings).toEqual(['idle']);
  });

  it('gives up a stream of junk', async () => {
    const { port, closings } = await startServer();
    const { socket, closed } = await connectPeer(port);
    socket.write(Buffer.alloc(200_000, 0x41));
    await closed;
    expect(closings).toEqual(['too-much-junk']);
  });

  it('serves while 1,000 idle connections are open', async () => {
    const { server, port } = await startServer({ limits: { maxConnections: 1100, maxConnectionsPerAddress: 1100 } });
    for (let i = 0; i < 20; i++) await Promise.all(Array.from({ length: 50 }, () => connectPeer(port)));
    while (server.connectionCount < 1000) await turn();
    const { socket, answered } = await connectPeer(port);
    socket.write(encodeFrame(Buffer.from('hello')));
    expect(await answered(1)).toEqual(['ack hello']);
  });

  it('bounds connections, in all and by address, and takes new ones when some leave', async () => {
    const total = await startServer({ limits: { maxConnections: 2 } });
    const first = await connectPeer(total.port);
    await connectPeer(total.port);
    await (
      await connectPeer(total.port)
    ).closed;
    expect(total.closings).toEqual(['too-many']);
    first.socket.destroy();
    while (total.server.connectionCount > 1) await new Promise((resolve) => setTimeout(resolve, 5));
    const again = await connectPeer(total.port);
    again.socket.write(encodeFrame(Buffer.from('in')));
    expect(await again.answered(1)).toEqual(['ack in']);

    const perAddress = await startServer({ limits: { maxConnectionsPerAddress: 1 } });
    await connectPeer(perAddress.port);
    await (
      await connectPeer(perAddress.port)
    ).closed;
    expect(perAddress.closings).toEqual(['too-many']);
  });

  it('refuses an address outside the list, which can change', async () => {
    const allowed = new BlockList();
    const rule = { has: (address: string) => allowed.check(address) };
    const { server, port, closings } = await startServer({ allow: { has: () => false } });
    await (
      await connectPeer(port)
    ).closed;
    expect(closings).toEqual(['not-allowed']);
    allowed.addSubnet('127.0.0.0', 8);
    server.setAllowList(rule);
    const { socket, answered } = await connectPeer(port);
    socket.write(encodeFrame(Buffer.from('now')));
    expect(await answered(1)).toEqual(['ack now']);
  });

  it('drains: the message in progress is answered, then the connection ends', async () => {
    const begun = new Gate();
    const held = new Gate();
    const { server, port } = await startServer({
      handler: async (frame) => {
        begun.open();
        await held.opened;
        return frame;
      },
    });
    const { socket, answered, closed } = await connectPeer(port);
    const idle = await connectPeer(port);
    socket.write(Buffer.concat([encodeFrame(Buffer.from('in progress')), encodeFrame(Buffer.from('not begun'))]));
    await begun.opened;
    const drained = server.close(5000);
    held.open();
    await drained;
    await Promise.all([closed, idle.closed]);
    expect(await answered(1)).toEqual(['in progress']);
    await expect(connectPeer(port)).rejects.toThrow('ECONNREFUSED');
  });
});
