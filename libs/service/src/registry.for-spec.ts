import { PacsLink, type SiteRegistry } from '@drimbox/contracts';

/** A registry of one site, right in everything. */
export const testRegistry = (name = 'Imagerie du Port'): SiteRegistry => ({
  version: 1,
  sites: [
    {
      id: 'port',
      name,
      structures: [
        { id: '1750000001', name, mode: 'EG', sector: 'SA01', authCertificate: 'auth', signCertificate: 'sign' },
      ],
      hl7Listeners: [{ id: 'main', host: '127.0.0.1', port: 0, allow: ['127.0.0.1'] }],
      risSenders: [{ id: 'ris', application: 'RIS', pacsLink: 'pacs' }],
      pacsLinks: [
        PacsLink.parse({
          id: 'pacs',
          host: '127.0.0.1',
          port: 11112,
          calledAe: 'PACS',
          callingAe: 'DRIMBOX',
          db: 'db1.example.fr',
          vi: 'vi1.example.fr',
          listen: { port: 0, allow: ['127.0.0.1'] },
        }),
      ],
      spoolMegabytes: 100,
    },
  ],
});
