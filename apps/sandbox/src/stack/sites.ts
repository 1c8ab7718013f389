import type { SiteRegistry } from '@drimbox/contracts';

/** `sector` is the SAxx code of the VIHF. */
export interface SandboxStructure {
  readonly id: string;
  readonly name: string;
  readonly sector: string;
}

/** How a RIS names itself: MSH-3 and, when it tells senders apart, MSH-4. */
export interface SandboxRis {
  readonly application: string;
  readonly facility?: string;
}

/** A site of the sandbox: a structure, a RIS, one PACS, and more of the first two when it is larger. */
export interface SandboxSite {
  readonly id: string;
  /** Short name, of which those of its parts are made. */
  readonly letter: string;
  readonly structure: SandboxStructure;
  /** Legal entity whose certificate is used (EJ/EG mode, FAQ-7); the structures' own when absent. */
  readonly legalEntity?: { readonly id: string; readonly name: string };
  readonly ris: Required<SandboxRis>;
  readonly pacsAe: string;
  readonly furtherStructures?: readonly SandboxStructure[];
  readonly furtherRis?: readonly SandboxRis[];
}

/** Ids and names are invented, in the range of no real structure. */
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

/** All structures of a site, its own first. */
export const structuresOf = (site: SandboxSite): SandboxStructure[] => [
  site.structure,
  ...(site.furtherStructures ?? []),
];

/** Each structure has its certificates; those of a legal entity are the site's, whichever structure uses them. */
const certificatesOf = (site: SandboxSite, structure: SandboxStructure): string =>
  site.legalEntity || structure === site.structure ? site.letter : `${site.letter}-${structure.id.toLowerCase()}`;

export const authCertificateOf = (site: SandboxSite, structure = site.structure): string =>
  `${certificatesOf(site, structure)}-auth`;
export const signCertificateOf = (site: SandboxSite, structure = site.structure): string =>
  `${certificatesOf(site, structure)}-sign`;

/** Our AE title towards the site's PACS, also where it sends. */
export const callingAeOf = ({ letter }: SandboxSite): string => `DRIMBOX${letter.toUpperCase()}`;

export type RegistrySite = SiteRegistry['sites'][number];

export interface SiteAddresses {
  readonly hl7Port: number;
  /** `storePort` is ours: where that PACS sends. */
  readonly pacs: { readonly host: string; readonly port: number; readonly storePort: number };
}

/** The registry entry of a sandbox site; `n` numbers its db/vi pair. */
export function registrySite(site: SandboxSite, n: number, { hl7Port, pacs }: SiteAddresses): RegistrySite {
  return {
    id: site.id,
    name: site.structure.name,
    structures: structuresOf(site).map((structure) => ({
      ...structure,
      mode: site.legalEntity ? 'EJ/EG' : 'EG',
      authCertificate: authCertificateOf(site, structure),
      signCertificate: signCertificateOf(site, structure),
    })),
    hl7Listeners: [{ id: `hl7-${site.letter}`, host: '127.0.0.1', port: hl7Port, allow: ['127.0.0.1'] }],
    risSenders: [site.ris, ...(site.furtherRis ?? [])].map((ris, index) => ({
      id: index === 0 ? `ris-${site.letter}` : `ris-${site.letter}-${index + 1}`,
      ...ris,
      pacsLink: `pacs-${site.letter}`,
    })),
    pacsLinks: [
      {
        id: `pacs-${site.letter}`,
        host: pacs.host,
        port: pacs.port,
        calledAe: site.pacsAe,
        callingAe: callingAeOf(site),
        db: `db${n}.990.mesimagesmedicales.fr`,
        vi: `vi${n}.990.mesimagesmedicales.fr`,
        wadoPath: '/drim-so/v1/rs',
        maxAssociations: 4,
        maxQueue: 500,
        connectSeconds: 5,
        answerSeconds: 30,
        assumedCharset: 'ISO_IR 100',
        relational: false,
        retrieveBy: 'move',
        listen: {
          host: '127.0.0.1',
          port: pacs.storePort,
          allow: ['127.0.0.1'],
          furtherAes: [],
          maxAssociations: 16,
        },
        transferSyntaxes: [],
        furtherSopClasses: [],
        maxObjectMegabytes: 4096,
        silenceSeconds: 30,
        echoSeconds: 5,
        breaker: { failures: 3, openSeconds: 5 },
        maintenance: [],
        wado: {
          levels: { study: true, series: true, instance: true, frames: true, metadata: true },
          acceptFormerKos: true,
          compress: true,
        },
      },
    ],
    spoolMegabytes: 2048,
  };
}
