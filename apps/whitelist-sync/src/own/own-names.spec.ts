import { PacsLink, type SiteRegistry } from '@drimbox/contracts';
import { type Certificate, parseDn } from '@drimbox/trust';
import { ownNames } from './own-names.js';

const link = (n: number, certificate?: string): PacsLink =>
  PacsLink.parse({
    id: `pacs-${n}`,
    host: '127.0.0.1',
    port: 11112,
    calledAe: 'PACS',
    callingAe: 'DRIMBOX',
    db: `db${n}.example.fr`,
    vi: `vi${n}.example.fr`,
    retrieveBy: 'get',
    wado: { certificate },
  });

it('knows each name by what serves it now and next', () => {
  const registry = {
    version: 1,
    sites: [{ pacsLinks: [link(1, 'one'), link(2, 'two'), link(3)] }],
  } as unknown as SiteRegistry;
  const subject = parseDn('CN=x,OU=1')!;
  const certificates = new Map(['one', 'one.next'].map((name) => [name, { subject } as Certificate]));
  expect(ownNames(registry, (name) => certificates.get(name))).toEqual([
    {
      fqdn: 'db1.example.fr',
      served: [
        { which: 'current', subject },
        { which: 'next', subject },
      ],
    },
    { fqdn: 'db2.example.fr', served: [] },
    { fqdn: 'db3.example.fr', served: [] },
  ]);
});
