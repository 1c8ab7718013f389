import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readReportCda, type Participant } from './index.js';

/** The official documents stay outside of the repository. */
const SAMPLES = process.env['DRIMBOX_SAMPLES'] ?? fileURLToPath(new URL('../../../../shared/samples', import.meta.url));
const describeSamples = existsSync(SAMPLES) ? describe : describe.skip;

interface Expected {
  readonly id: string;
  readonly replaces?: string;
  readonly version: number;
  readonly ipp?: string;
  readonly birthPlace: string;
  /** UID, modalities, regions. */
  readonly studies: readonly string[];
  /** Placer / accession. */
  readonly orders: readonly string[];
  readonly authors: readonly string[];
  readonly legalAuthenticator: string;
  readonly performer: string;
  readonly setting: string;
  readonly facility: string;
}

const RIS: Omit<Expected, 'id' | 'version' | 'studies'> = {
  ipp: 'IPP101',
  birthPlace: '63220',
  orders: ['OPN102/ACN102'],
  authors: ['801234560801@101235555', '801234560804@101235554'],
  legalAuthenticator: '801234560804@101235554',
  performer: '101235555',
  setting: 'AMBULATOIRE',
  facility: 'SA08',
};
const MDM: Omit<Expected, 'id' | 'version'> = {
  birthPlace: '63220',
  studies: ['1.3.6.1.4.1.5962.99.1.3711725607.829148806.1687338938407.3.0  '],
  orders: ['12989855963/7252295367250056'],
  authors: ['801234564895@1120456789'],
  legalAuthenticator: '801234564895@',
  performer: '300000000023911',
  setting: 'ETABLISSEMENT',
  facility: 'SA07',
};
const threeStudies = (first: string, regions = ['774007', '774007', '67734004']): string[] => {
  const dot = first.lastIndexOf('.') + 1;
  return regions.map((region, i) => `${first.slice(0, dot)}${Number(first.slice(dot)) + i} CT ${region}`);
};
const LEVEL_1: Expected = {
  id: '1.2.250.1.213.1.1.1.45.2024.2.1',
  replaces: '90E1C8EC-F951-4B26-A305-A34848818DD6',
  version: 2,
  ipp: '1234567890121',
  birthPlace: '51215',
  studies: threeStudies('1.2.250.1.925.994044.27.123.1876350'),
  orders: ['984375862/105234751'],
  authors: ['801234560801@1750803447'],
  legalAuthenticator: '801234560801@1750803447',
  performer: '1750803447',
  setting: 'AMBULATOIRE',
  facility: 'SA08',
};
const V1 = { ...RIS, id: '1.2.250.1.213.4.5.4.402', version: 1, studies: ['1.2.250.1.213.4.5.2.1.102 RM 61685007'] };
const V2 = { ...V1, id: '1.2.250.1.213.4.5.4.403', version: 2, replaces: '1.2.250.1.213.4.5.4.402' };

const EXPECTED: readonly (readonly [file: string, expected: Expected])[] = [
  ['interop/cda/gen_cr_imagerie_n1_v1_small.xml', { ...V1, studies: ['1.2.250.1.213.4.5.2.1.102 MR 61685007'] }],
  ['interop/cda/gen_cr_imagerie_n1_v2_rplc_small.xml', { ...V2, studies: ['1.2.250.1.213.4.5.2.1.102 MR 61685007'] }],
  ['interop/cda/ris_cr_imagerie_n1_v1.xml', V1],
  ['interop/cda/ris_cr_imagerie_n1_v2_rplc.xml', V2],
  ['ans-hl7v2/ris-cda-vague2/transmission_initiale_cr_imagerie.xml', V1],
  ['ans-hl7v2/ris-cda-vague2/remplacement_cr_imagerie.xml', V2],
  ['ans-hl7v2/ris-cda-vague2/suppression_cr_imagerie.xml', V2],
  ['interop/cda/cr_radio_n1_v1_from_mdm.xml', { ...MDM, id: '1.2.250.1.71.4.2.2.120456789.71024000081', version: 1 }],
  [
    'interop/cda/cr_radio_n1_v2_rplc_from_mdm.xml',
    {
      ...MDM,
      id: '1.2.250.1.71.4.2.2.120456789.71024000082',
      version: 2,
      replaces: '1.2.250.1.71.4.2.2.120456789.71024000081',
    },
  ],
  ['interop/cda/IMG_CR_IMG_2024.01_CDA-R2-Niveau-1.xml', LEVEL_1],
  ['ans-cda-img/IMG_CR_IMG_2024.01_CDA-R2-Niveau-1.xml', LEVEL_1],
  [
    'interop/cda/IMG_CR_IMG_2024.01_niveau3.xml',
    {
      ...LEVEL_1,
      id: '1.2.250.1.213.1.1.1.45.2024.1.1',
      studies: threeStudies('1.2.250.1.925.994044.27.123.1876360'),
      orders: ['984375862/105234751', '984375863/105234752'],
      authors: ['801234560801@1920008059'],
      legalAuthenticator: '801234560801@1920008059',
      performer: '1920008059',
    },
  ],
  [
    'drim-m-poc/CDA/IMG_CR_IMG_2023.11_CDA-R2-Niveau-1.xml',
    {
      ...LEVEL_1,
      id: '1.2.250.1.213.1.1.1.45.2',
      birthPlace: '63220',
      studies: threeStudies('1.2.250.1.3.152.235.2.12.187636474'),
      authors: ['801234560801@101235555'],
      legalAuthenticator: '801234560801@101235555',
      performer: '101235555',
    },
  ],
];

const acting = (who: Participant | undefined): string => `${who?.person?.id ?? ''}@${who?.organization?.id ?? ''}`;
const codes = (list: readonly { code: string }[]): string => list.map(({ code }) => code).join();

describeSamples('official and made documents', () => {
  it.each(EXPECTED)('%s', (file, expected) => {
    const result = readReportCda(readFileSync(join(SAMPLES, file)));
    if (!result.ok) throw new Error(JSON.stringify(result.failure));
    const {
      document,
      patient,
      studies,
      orders,
      authors,
      legalAuthenticator,
      performer,
      practiceSetting,
      facilityType,
    } = result.value;
    expect({
      id: document.id.root,
      replaces: document.replaces?.root,
      version: document.version,
      ipp: patient.ipp?.value,
      birthPlace: patient.birthPlace,
      studies: studies.map(({ uid, modalities, regions }) => `${uid} ${codes(modalities)} ${codes(regions)}`),
      orders: orders.map(({ placer, accession }) => `${placer?.extension ?? ''}/${accession?.extension ?? ''}`),
      authors: authors.map(acting),
      legalAuthenticator: acting(legalAuthenticator),
      performer: performer?.id,
      setting: practiceSetting?.code,
      facility: facilityType?.code,
    }).toEqual({ replaces: undefined, ipp: undefined, ...expected });
    expect(document.type.code).toBe('18748-4');
    expect(document.confidentiality?.code).toBe('N');
    expect(patient).toMatchObject({
      ins: { value: '279035121518989', oid: '1.2.250.1.213.1.4.10' },
      birthFamily: 'PAT-TROIS',
      sex: 'F',
      birthDate: '19790328',
    });
    expect(patient.birthGivens.join(' ')).toMatch(/^DOMINIQUE/);
  });
});
