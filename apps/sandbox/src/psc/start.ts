import { startTestProvider } from '../oidc/server.js';
import type { RunningTestProvider, TestProviderOptions } from '../oidc/server.js';
import { pscShape } from './shape.js';
import type { PscSettings } from './shape.js';

export interface PscOptions extends TestProviderOptions, PscSettings {}

/** Starts the sandbox Pro Santé Connect. `loginUrl` is its wallet host, `deskUrl` its desk. */
export const startPsc = async (options: PscOptions): Promise<RunningTestProvider> =>
  startTestProvider(await pscShape(options), options);
