import { MllpClient } from './client.js';
import { cleanUp, startServer } from './peer.fixture.js';

afterEach(cleanUp);

describe('MLLP client', () => {
  it('reports an unreachable server, a late answer and a closed connection as values', async () => {
    const nobody = await MllpClient.connect({ host: '127.0.0.1', port: 1 });
    expect(nobody.ok || nobody.failure.kind).toBe('unreachable');

    const { port } = await startServer({ handler: () => Promise.resolve(undefined) });
    const connected = await MllpClient.connect({ host: '127.0.0.1', port });
    if (!connected.ok) throw new Error(connected.failure.detail);
    const late = await connected.value.send(Buffer.from('hello'), 50);
    expect(late.ok || late.failure.kind).toBe('timeout');
    const after = await connected.value.send(Buffer.from('again'), 50);
    expect(after.ok || after.failure.kind).toBe('closed');
  });
});
