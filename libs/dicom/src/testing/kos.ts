import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type KosInput, seriesRetrieveUrl } from '../kos/kos-input.js';
import { run, temporaryFolder } from './peers.js';

const STUDY = '1.2.250.1.213.4.5.2.1.102';
const MR = '1.2.840.10008.5.1.4.1.1.4';

export const retrieveUrl = (series: string): string =>
  seriesRetrieveUrl('https://db1.350.mesimagesmedicales.fr/drim-so/v1/rs', STUDY, series);

/** A KOS with two series of two MR images; tests change what they are about. */
export const kosInput = (changes: Partial<KosInput> = {}): KosInput => ({
  sopInstanceUid: '1.2.250.1.213.4.5.2.3.102.259.31',
  seriesUid: '1.2.250.1.213.4.5.2.2.102.259',
  created: new Date('2026-01-02T09:15:00Z'),
  manufacturer: 'DRIMBOX',
  institution: { name: 'Centre de radiologie Ambroise', id: '101235555' },
  patient: {
    ins: { value: '279035121518989', oid: '1.2.250.1.213.1.4.10' },
    birthFamily: 'PAT-TROIS',
    birthGivens: ['DOMINIQUE'],
    birthDate: '19790328',
    sex: 'F',
    birthPlace: '63220',
  },
  study: {
    uid: STUDY,
    date: '20210108',
    time: '102500',
    description: 'IRM genou',
    id: '102',
    referringPhysician: 'DUPONT^JEAN',
    act: 'IRM du genou',
  },
  orders: [
    {
      accession: { value: 'ACN102', oid: '1.2.250.1.213.4.5.2.5' },
      placer: { value: 'OPN102', oid: '1.2.250.1.213.4.5.2.6' },
    },
  ],
  series: [1, 2].map((series) => ({
    uid: `${STUDY}.${series}`,
    modality: 'MR',
    number: series,
    description: `Séquence ${series}`,
    retrieveUrl: retrieveUrl(`${STUDY}.${series}`),
    instances: [1, 2].map((number) => ({ sopClass: MR, sopInstance: `${STUDY}.${series}.${number}`, number })),
  })),
  ...changes,
});

/** What dciodvfy (lines that are errors) and dsrdump (its exit code and tree) say of a KOS. */
export async function validate(kos: Buffer): Promise<{ errors: string[]; dsrdump: number | null; tree: string }> {
  const folder = temporaryFolder();
  const file = path.join(folder, 'kos.dcm');
  writeFileSync(file, kos);
  const [dciodvfy, dsrdump] = await Promise.all([run('dciodvfy', ['-new', file]), run('dsrdump', ['+Pc', file])]);
  rmSync(folder, { recursive: true });
  if (!/^KeyObjectSelectionDocument$/m.test(dciodvfy.output)) throw new Error('dciodvfy did not recognise a KOS');
  const errors = dciodvfy.output.split('\n').filter((line) => line.startsWith('Error'));
  return { errors, dsrdump: dsrdump.code, tree: dsrdump.output };
}
