import { type ServiceName, SERVICES } from '@drimbox/contracts';
import { z } from 'zod';

const Port = z.coerce.number().int().min(0).max(65535);
const Path = z.string().min(1);

/**
 * Settings that every service has. A key is its variable's name without `DRIMBOX_`, in camel case:
 * `databaseUrl` is read from `DRIMBOX_DATABASE_URL`.
 */
export const CommonConfig = z.object({
  /** `test` allows what production refuses: unsafe database settings, sandbox certificates. */
  mode: z.enum(['production', 'test']).default('production'),
  /** JSON file of the site registry. */
  registryFile: Path,
  databaseUrl: z.url({ protocol: /^postgres(ql)?$/, error: 'a postgres:// address' }),
  natsUrl: z.url({ protocol: /^(tls|nats)$/, error: 'a tls:// or nats:// address' }),
  /** File that holds the nkey seed (SU…) of this service. */
  natsSeedFile: Path,
  /** Folder of `ca.pem`, `cert.pem`, `key.pem`: this service's identity inside the DRIMbox. */
  internalTlsDir: Path,
  /** Folder of `<name>.cert.pem`, `<name>.key.pem` couples and of the `ca.pem` anchors; absent, the store is empty. */
  certificatesDir: Path.optional(),
  /** Internal API, mutual TLS. Port 0 takes a free one. */
  httpHost: z.string().default('127.0.0.1'),
  httpPort: Port.default(0),
  /** Health and metrics, plain HTTP: not to be reachable from outside the machine or the pod's network. */
  opsHost: z.string().default('127.0.0.1'),
  opsPort: Port.default(0),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  /** Time given to the work in flight when the service is told to stop, in seconds. */
  drainSeconds: z.coerce.number().positive().max(600).default(25),
  /** Base address of each peer: `DRIMBOX_PEER_HL7_INGEST_URL` → `peers['hl7-ingest']`. */
  peers: z.partialRecord(z.enum(SERVICES), z.url({ protocol: /^https$/, error: 'an https:// address' })),
});
export type CommonConfig = z.infer<typeof CommonConfig>;

export const peerVariable = (service: ServiceName): string =>
  `DRIMBOX_PEER_${service.replaceAll('-', '_').toUpperCase()}_URL`;
