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

/** One DRIMbox of the country: its operator, its number in the national registry, its sites. */
export interface SandboxDrimbox {
  readonly letter: string;
  /** `db<n>.<registryId>.mesimagesmedicales.fr`. */
  readonly registryId: string;
  /** Operator as its certificates name it: OU is `3` and a SIRET (identity-security §6). */
  readonly operator: { readonly id: string; readonly name: string; readonly department: string };
  readonly sites: readonly SandboxSite[];
}

/** Operators are invented; their SIRET are of nobody. */
export const DRIMBOX_A: SandboxDrimbox = {
  letter: 'a',
  registryId: '990',
  operator: { id: '300000000000001', name: 'OPERATEUR SANDBOX A', department: 'Paris (75)' },
  sites: SITES,
};

/** A second one, elsewhere: what is exchanged is exchanged with it. */
export const DRIMBOX_B: SandboxDrimbox = {
  letter: 'b',
  registryId: '991',
  operator: { id: '300000000000002', name: 'OPERATEUR SANDBOX B', department: "Côte-d'Or (21)" },
  sites: [
    {
      id: 'site-gamma',
      letter: 'gamma',
      structure: { id: '1990000003', name: 'Imagerie Gamma', sector: 'SA08' },
      ris: { application: 'RIS-GAMMA', facility: 'GAMMA' },
      pacsAe: 'PACSGAMMA',
    },
  ],
};

/** FQDN pair of the n-th site (from 1) of a DRIMbox. */
export const fqdnsOf = ({ registryId }: Pick<SandboxDrimbox, 'registryId'>, n: number): { db: string; vi: string } => ({
  db: `db${n}.${registryId}.mesimagesmedicales.fr`,
  vi: `vi${n}.${registryId}.mesimagesmedicales.fr`,
});

/** Couples of the `db` and `vi` FQDN of a site, in the stores of wado-gateway and source-viewer. */
export const dbCertificateOf = ({ letter }: SandboxSite): string => `${letter}-db`;
export const viCertificateOf = ({ letter }: SandboxSite): string => `${letter}-vi`;

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
export function registrySite(
  site: SandboxSite,
  n: number,
  { hl7Port, pacs }: SiteAddresses,
  drimbox: Pick<SandboxDrimbox, 'registryId'> = DRIMBOX_A,
): RegistrySite {
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
        ...fqdnsOf(drimbox, n),
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
          certificate: dbCertificateOf(site),
          viCertificate: viCertificateOf(site),
          levels: { study: true, series: true, instance: true, frames: true, metadata: true },
          acceptFormerKos: true,
          compress: true,
        },
      },
    ],
    spoolMegabytes: 2048,
  };
}
