import { z } from 'zod';
import { readDmpPki } from '../dmp/pki.js';
import { Clients } from './desk.js';
import type { RunningTestProvider, TestProviderOptions } from './server.js';

const port = z.coerce.number().int().min(0).max(65535).default(0);

/** Reads `<prefix>_PORT`, `_LOGIN_PORT`, `_DESK_PORT`, `_PKI_DIR` (a store), `_CERTIFICATE` (its name there), `_CLIENTS` (JSON). */
export const readEnvironment = async (prefix: string): Promise<TestProviderOptions> => {
  const of = (name: string): string | undefined => process.env[`${prefix}_${name}`];
  const clients: unknown = JSON.parse(of('CLIENTS') ?? '[]');
  return {
    pki: await readDmpPki(z.string().min(1).parse(of('PKI_DIR')), of('CERTIFICATE') ?? prefix.toLowerCase()),
    port: port.parse(of('PORT')),
    loginPort: port.parse(of('LOGIN_PORT')),
    deskPort: port.parse(of('DESK_PORT')),
    clients: z.parse(Clients, clients),
  };
};

/** Says where it listens, as one JSON line, and stops on a signal. */
export const runUntilSignal = (provider: RunningTestProvider): void => {
  const { issuer, discoveryUrl, loginUrl, deskUrl } = provider;
  console.log(JSON.stringify({ ready: true, issuer, discoveryUrl, loginUrl, deskUrl }));
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => {
      void provider.stop().then(() => process.exit(0));
    });
};
