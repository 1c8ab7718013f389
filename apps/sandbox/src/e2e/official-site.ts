import type { SandboxSite } from '../stack/sites.js';

/** The site that the official and made messages speak of: their senders, their structures (drimbox-rules §2.5, FAQ-5). */
export const OFFICIAL_SITE: SandboxSite = {
  id: 'site-official',
  letter: 'official',
  structure: { id: '101235555', name: 'Centre de radiologie Ambroise', sector: 'SA08' },
  furtherStructures: [
    // Legal authenticator's organisation of the made messages.
    { id: '101235554', name: 'Centre de radiologie Ambroise, annexe', sector: 'SA08' },
    // PRT-8 of the MDM messages, whose legal authenticator has no organisation.
    { id: '300017985', name: 'Organisation-Y', sector: 'SA07' },
  ],
  ris: { application: 'RIS-TEST', facility: 'CRA' },
  furtherRis: [
    { application: 'RIS-Y', facility: 'Organisation-Y' },
    { application: 'Sending Application', facility: 'Sending Facility' },
  ],
  pacsAe: 'PACSOFFICIAL',
};
