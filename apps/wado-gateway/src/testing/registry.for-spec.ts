import { PacsLink } from '@drimbox/contracts';
import { renameSync, writeFileSync } from 'node:fs';

/** Two sites with one PACS link each. */
export interface RegistryNames {
  readonly db1: string;
  readonly db2: string;
  /** `wadoPath` of the first link. */
  readonly path: string;
}

/** Writes the registry in one move; `wado`: options of both links. */
export function writeRegistry(file: string, names: RegistryNames, wado: Record<string, unknown>): void {
  const link = (n: 1 | 2): unknown =>
    PacsLink.parse({
      id: `pacs-${n}`,
      host: '127.0.0.1',
      port: 11_110 + n,
      calledAe: `PACS${n}`,
      callingAe: 'DRIMBOX',
      db: names[`db${n}`],
      ...(n === 1 && { wadoPath: names.path }),
      vi: `vi${n}.990.mesimagesmedicales.fr`,
      listen: { port: 0, allow: ['127.0.0.1'] },
      wado: { certificate: `db${n}`, ...wado },
    });
  const site = (id: string, n: 1 | 2): unknown => ({
    id,
    name: `Imagerie ${id}`,
    structures: [{ id: `175000000${n}`, name: id, sector: 'SA01', authCertificate: 'auth', signCertificate: 'sign' }],
    hl7Listeners: [{ id: `main-${n}`, port: 0, allow: ['127.0.0.1'] }],
    risSenders: [{ id: `ris-${n}`, application: `RIS${n}`, pacsLink: `pacs-${n}` }],
    pacsLinks: [link(n)],
  });
  writeFileSync(`${file}.new`, JSON.stringify({ version: 1, sites: [site('port', 1), site('gare', 2)] }));
  renameSync(`${file}.new`, file);
}
