import type { SiteRegistry } from '@drimbox/contracts';

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
        {
          id: 'pacs',
          host: '127.0.0.1',
          port: 11112,
          calledAe: 'PACS',
          callingAe: 'DRIMBOX',
          db: 'db1.example.fr',
          vi: 'vi1.example.fr',
          wadoPath: '/drim-so/v1/rs',
          maxAssociations: 4,
          maxQueue: 500,
          connectSeconds: 5,
          answerSeconds: 30,
          assumedCharset: 'ISO_IR 100',
          relational: false,
        },
      ],
    },
  ],
});
