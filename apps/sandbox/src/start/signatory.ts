import type { Signatory } from '../ris/actors.js';
import { TEST_RADIOLOGIST } from '../ris/actors.js';
import type { SandboxSite } from '../stack/sites.js';

/** The fictive radiologist of a site, in the name of its structure. */
export const signatoryOf = (site: SandboxSite): Signatory => ({
  person: TEST_RADIOLOGIST.person,
  structure: { id: site.structure.id, name: site.structure.name, idType: 'IDNST' },
});
