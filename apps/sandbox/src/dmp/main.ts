import { z } from 'zod';
import { readDmpPki } from './pki.js';
import { startDmp } from './server.js';

const Environment = z.object({
  DMP_PORT: z.coerce.number().int().min(0).max(65535).default(0),
  DMP_DESK_PORT: z.coerce.number().int().min(0).max(65535).default(0),
  /** Store with ca.pem, crl.pem, dmp.cert.pem and dmp.key.pem. */
  DMP_PKI_DIR: z.string().min(1),
  DMP_XSD_DIR: z.string().min(1).optional(),
  DMP_JOURNAL: z.string().min(1).optional(),
  /** JSON object EG → EJ. */
  DMP_EJ_OF: z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(z.record(z.string(), z.string()))
    .optional(),
  DMP_VIHF_VERSION: z.string().min(1).optional(),
});

const environment = Environment.parse(process.env);
const dmp = await startDmp({
  pki: await readDmpPki(environment.DMP_PKI_DIR),
  port: environment.DMP_PORT,
  deskPort: environment.DMP_DESK_PORT,
  ...(environment.DMP_XSD_DIR === undefined ? {} : { xsdDir: environment.DMP_XSD_DIR }),
  ...(environment.DMP_JOURNAL === undefined ? {} : { journal: environment.DMP_JOURNAL }),
  ...(environment.DMP_EJ_OF === undefined ? {} : { ejOf: environment.DMP_EJ_OF }),
  ...(environment.DMP_VIHF_VERSION === undefined ? {} : { vihfVersion: environment.DMP_VIHF_VERSION }),
});
const portOf = (url: string): number => Number(new URL(url).port);
console.log(JSON.stringify({ ready: true, port: portOf(dmp.url), deskPort: portOf(dmp.deskUrl) }));

for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, () => {
    void dmp.stop().then(() => process.exit(0));
  });
