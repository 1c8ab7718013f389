import net from 'node:net';
import tls from 'node:tls';
import { failed, type Result, success } from '../peer-failure.js';
import { type Peer, timersOf } from './peer.js';

/** Opens TCP, and TLS over it when asked. The socket has no listener left and belongs to the caller. */
export function connect(peer: Peer, signal?: AbortSignal): Promise<Result<net.Socket>> {
  if (signal?.aborted) return Promise.resolve(failed('cancelled', 'cancelled before connecting'));
  const { host, port } = peer;
  const socket = peer.tls ? tls.connect({ ...peer.tls, host, port }) : net.connect({ host, port });
  const ready = peer.tls ? 'secureConnect' : 'connect';
  const { connect: limit } = timersOf(peer);

  return new Promise((resolve) => {
    const settle = (result: Result<net.Socket>): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      socket.off(ready, onReady).off('error', onError).off('close', onClose);
      if (!result.ok) socket.on('error', ignore).destroy();
      resolve(result);
    };
    const onReady = (): void => {
      // Without it the two small writes of a DIMSE message wait 40 ms for a delayed acknowledgement.
      socket.setNoDelay(true);
      settle(success(socket));
    };
    const onError = (error: NodeJS.ErrnoException): void =>
      settle(failed('unreachable', error.code ?? 'connection failed'));
    const onClose = (): void => settle(failed('unreachable', 'connection closed before it was ready'));
    const onAbort = (): void => settle(failed('cancelled', 'cancelled while connecting'));
    const timer = setTimeout(() => settle(failed('unreachable', `no connection within ${limit} ms`)), limit);
    socket.once(ready, onReady).once('error', onError).once('close', onClose);
    signal?.addEventListener('abort', onAbort);
  });
}

/** A socket being destroyed may still report an error that nobody needs. */
const ignore = (): void => undefined;
