import type { Socket } from 'node:net';

/** How many connections one address may hold; a connection over it is dropped before its handshake. */
export class AddressLimit {
  private readonly held = new Map<string, number>();

  constructor(private readonly max: number) {}

  /** @returns false when it was dropped. */
  admit(socket: Socket): boolean {
    const address = socket.remoteAddress ?? '';
    const count = (this.held.get(address) ?? 0) + 1;
    if (count > this.max) {
      socket.destroy();
      return false;
    }
    this.held.set(address, count);
    socket.once('close', () => {
      const left = (this.held.get(address) ?? 1) - 1;
      if (left === 0) this.held.delete(address);
      else this.held.set(address, left);
    });
    return true;
  }
}
