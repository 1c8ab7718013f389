import type { SiteRegistry } from '@drimbox/contracts';

/** A site of the sandbox: one structure, one RIS, one PACS. Ids and names are invented, in the range of no real structure. */
export interface SandboxSite {
  readonly id: string;
  readonly letter: 'alpha' | 'beta';
  readonly structure: { readonly id: string; readonly name: string; readonly sector: string };
  /** Legal entity whose certificate is used (EJ/EG mode, FAQ-7); the structure's own when absent. */
  readonly legalEntity?: { readonly id: string; readonly name: string };
  readonly ris: { readonly application: string; readonly facility: string };
  readonly pacsAe: string;
}

export const SITES: readonly SandboxSite[] = [
  {
    id: 'site-alpha',
    letter: 'alpha',
    structure: { id: '1990000001', name: 'Centre de radiologie Alpha', sector: 'SA08' },
    ris: { application: 'RIS-ALPHA', facility: 'ALPHA' },
    pacsAe: 'PACSALPHA',
  },
  {
    id: 'site-beta',
    letter: 'beta',
    structure: { id: '1990000002', name: 'Centre hospitalier Bêta', sector: 'SA01' },
    legalEntity: { id: '1990000009', name: 'Groupe hospitalier Bêta' },
    ris: { application: 'RIS-BETA', facility: 'BETA' },
    pacsAe: 'PACSBETA',
  },
];

export const authCertificateOf = (site: SandboxSite): string => `${site.letter}-auth`;
export const signCertificateOf = (site: SandboxSite): string => `${site.letter}-sign`;

export type RegistrySite = SiteRegistry['sites'][number];

export interface SiteAddresses {
  readonly hl7Port: number;
  readonly pacs: { readonly host: string; readonly port: number };
}

/** The registry entry of a sandbox site; `n` numbers its db/vi pair. */
export function registrySite(site: SandboxSite, n: number, { hl7Port, pacs }: SiteAddresses): RegistrySite {
  return {
    id: site.id,
    name: site.structure.name,
    structures: [
      {
        ...site.structure,
        mode: site.legalEntity ? 'EJ/EG' : 'EG',
        authCertificate: authCertificateOf(site),
        signCertificate: signCertificateOf(site),
      },
    ],
    hl7Listeners: [{ id: `hl7-${site.letter}`, host: '127.0.0.1', port: hl7Port, allow: ['127.0.0.1'] }],
    risSenders: [{ id: `ris-${site.letter}`, ...site.ris, pacsLink: `pacs-${site.letter}` }],
    pacsLinks: [
      {
        id: `pacs-${site.letter}`,
        host: pacs.host,
        port: pacs.port,
        calledAe: site.pacsAe,
        callingAe: `DRIMBOX${site.letter.toUpperCase()}`,
        db: `db${n}.990.mesimagesmedicales.fr`,
        vi: `vi${n}.990.mesimagesmedicales.fr`,
        wadoPath: '/drim-so/v1/rs',
        maxAssociations: 4,
        maxQueue: 500,
        connectSeconds: 5,
        answerSeconds: 30,
        assumedCharset: 'ISO_IR 100',
        relational: false,
      },
    ],
  };
}
