import { createServer } from 'node:net';

const handedOut = new Set<number>();

/** A TCP port of the loopback that nothing listens on now; never the same one twice from this process. */
export async function freePort(): Promise<number> {
  const port = await askKernel();
  if (handedOut.has(port)) return freePort();
  handedOut.add(port);
  return port;
}

function askKernel(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('no port was given by the kernel'));
        else resolve(address.port);
      });
    });
  });
}
