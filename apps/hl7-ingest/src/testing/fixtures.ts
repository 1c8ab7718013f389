import { PacsLink, type Site } from '@drimbox/contracts';

/** Settings of `judge` as they are by default, in test mode. */
export const JUDGING = {
  mode: 'test',
  hl7StrictVersion: 'yes',
  hl7TolerateBase64Padding: 'yes',
  hl7MissingFlag: 'is-no',
  hl7ImagingTypes: ['18748-4'] as string[],
  hl7OtherReports: 'accept',
  hl7IdentityReliability: 'when-present',
  hl7TestInsOnly: 'no',
} as const;

/** A site that knows the senders named in the official and made messages. */
export const SAMPLE_SITE: Site = {
  id: 'site-samples',
  name: 'Site of the samples',
  structures: [
    {
      id: '101235555',
      name: 'Centre de radiologie Ambroise',
      mode: 'EG',
      sector: 'SA08',
      authCertificate: 'a',
      signCertificate: 'b',
    },
  ],
  hl7Listeners: [{ id: 'hl7-samples', host: '127.0.0.1', port: 0, allow: ['127.0.0.1'] }],
  risSenders: [
    { id: 'ris-test', application: 'RIS-TEST', pacsLink: 'pacs-samples' },
    { id: 'ris-y', application: 'RIS-Y', pacsLink: 'pacs-samples' },
    { id: 'ris-k', application: 'Sending Application', pacsLink: 'pacs-samples' },
  ],
  pacsLinks: [
    PacsLink.parse({
      id: 'pacs-samples',
      host: '127.0.0.1',
      port: 11112,
      calledAe: 'PACS',
      callingAe: 'DRIMBOX',
      db: 'db9.990.mesimagesmedicales.fr',
      vi: 'vi9.990.mesimagesmedicales.fr',
      maxAssociations: 2,
      maxQueue: 100,
      answerSeconds: 10,
      listen: { port: 0, allow: ['127.0.0.1'] },
    }),
  ],
  spoolMegabytes: 100,
};
