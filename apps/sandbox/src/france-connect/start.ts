import { startTestProvider } from '../oidc/server.js';
import type { RunningTestProvider, TestProviderOptions } from '../oidc/server.js';
import { franceConnectShape } from './shape.js';
import type { FranceConnectSettings } from './shape.js';

export interface FranceConnectOptions extends TestProviderOptions, FranceConnectSettings {}

/** Starts the sandbox FranceConnect+. Its clients have a secret, and publish the keys their tokens are encrypted to. */
export const startFranceConnect = async (options: FranceConnectOptions): Promise<RunningTestProvider> =>
  startTestProvider(await franceConnectShape(options), options);
