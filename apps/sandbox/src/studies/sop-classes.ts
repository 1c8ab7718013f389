import type { DataSet } from './dicom-writer.js';

/** Storage SOP classes the generator writes (PS3.4 B.5). */
export const SOP_CLASS = {
  CT: '1.2.840.10008.5.1.4.1.1.2',
  MR: '1.2.840.10008.5.1.4.1.1.4',
  DX: '1.2.840.10008.5.1.4.1.1.1.1',
  MG: '1.2.840.10008.5.1.4.1.1.1.2',
  US: '1.2.840.10008.5.1.4.1.1.3.1',
  XA: '1.2.840.10008.5.1.4.1.1.12.1',
  NM: '1.2.840.10008.5.1.4.1.1.20',
  PT: '1.2.840.10008.5.1.4.1.1.128',
  SR: '1.2.840.10008.5.1.4.1.1.88.11',
  KO: '1.2.840.10008.5.1.4.1.1.88.59',
} as const;

export type Modality = keyof typeof SOP_CLASS;
export type ImageModality = Exclude<Modality, 'SR' | 'KO'>;

/** A coded entry (PS3.3 §8). */
export const code = (value: string, scheme: string, meaning: string): DataSet => [
  [0x0008_0100, 'SH', value],
  [0x0008_0102, 'SH', scheme],
  [0x0008_0104, 'LO', meaning],
];
