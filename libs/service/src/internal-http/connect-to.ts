import type { ServiceName } from '@drimbox/contracts';
import type { buildConnector } from 'undici';
import type { InternalTls } from './internal-tls.js';

const CONNECT_MILLISECONDS = 5_000;

/** How a service is reached: with our certificate, and by its name in its own, whatever address it stands at. */
export const connectTo = (
  service: ServiceName,
  { ca, cert, key }: InternalTls['current'],
): buildConnector.BuildOptions => ({
  ca,
  cert,
  key,
  minVersion: 'TLSv1.2',
  timeout: CONNECT_MILLISECONDS,
  checkServerIdentity: (_host, certificate) =>
    (certificate.subject as { CN?: unknown }).CN === service ? undefined : new Error('another service answered'),
});
