import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { tempDir } from '../temp-dir.js';
import { askBroker, BROKER_VARIABLE, listenBroker } from './broker.js';
import { testNats } from './test-nats.js';

describe('broker of the test servers', () => {
  const socketPath = join(tempDir(), 'broker.sock');
  const ofTheRun = process.env[BROKER_VARIABLE];
  afterEach(() => {
    process.env[BROKER_VARIABLE] = ofTheRun;
  });

  it('starts a server once, at the first question, and says why one does not start', async () => {
    let starts = 0;
    const broker = await listenBroker(socketPath, {
      postgres: () => Promise.resolve({ superuserUrl: `postgresql://${(starts += 1)}` }),
      nats: () => Promise.reject(new Error('no nats-server here')),
    });
    process.env[BROKER_VARIABLE] = socketPath;
    try {
      expect(starts).toBe(0);
      const answers = await Promise.all([askBroker('postgres'), askBroker('postgres')]);
      expect(answers).toEqual([{ superuserUrl: 'postgresql://1' }, { superuserUrl: 'postgresql://1' }]);
      await expect(askBroker('nats')).rejects.toThrow('nats: no nats-server here');
      const status = await new Promise((resolve) => {
        request({ socketPath, path: '/constructor' }, (response) => resolve(response.resume().statusCode)).end();
      });
      expect(status).toBe(404);
    } finally {
      broker.close();
      broker.closeAllConnections();
    }
    await expect(askBroker('postgres')).rejects.toThrow(/ENOENT|ECONNREFUSED|EPIPE|ECONNRESET/);
  });

  it('says how to run the tests when there is no broker', async () => {
    delete process.env[BROKER_VARIABLE];
    await expect(askBroker('nats')).rejects.toThrow('jest.config.js');
  });

  it('gives the nats-server of the run', async () => {
    const { hostname, port } = new URL((await testNats()).url);
    const greeting = await new Promise<string>((resolve, reject) => {
      const socket = connect({ host: hostname, port: Number(port) });
      socket.once('error', reject);
      socket.once('data', (data: Buffer) => {
        socket.destroy();
        resolve(data.toString('utf8'));
      });
    });
    expect(greeting).toMatch(/^INFO .*"jetstream":true/);
  });
});
