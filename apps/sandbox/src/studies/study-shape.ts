import type { Attribute, CharacterSet } from './dicom-writer.js';
import type { Pattern } from './patterns.js';
import type { ImageSize } from './pixels.js';
import type { Modality } from './sop-classes.js';
import type { TestPatient } from './test-patient.js';

export interface SeriesOptions {
  readonly modality: Modality;
  /** Default 1. */
  readonly instances?: number;
  /** Multi-frame modalities (US, XA, NM) only; default 2, or a realistic number with size `real`. */
  readonly frames?: number;
  /** Default 64×64, for speed; `real` is what such an image measures in a hospital. */
  readonly size?: ImageSize | 'real';
  readonly description?: string;
  /** Default `waves`. */
  readonly pattern?: Pattern;
  /** Added to every object of the series, or in the place of what it would have. */
  readonly attributes?: readonly Attribute[];
}

export interface StudyOptions {
  /** Test number: gives all UIDs, accession and local patient id (numbering.ts). Default 101. */
  readonly number?: number;
  /** A study UID of one's own; series and instances then get UIDs drawn from it and the seed. */
  readonly studyUid?: string;
  readonly accession?: string;
  /** Local id (IPP), as a PACS knows it; the INS is in Other Patient IDs. */
  readonly patientId?: string;
  readonly patient?: TestPatient;
  /** False: the PACS knows no INS, as most do not. */
  readonly insInObjects?: boolean;
  readonly charset?: CharacterSet;
  readonly description?: string;
  /** YYYYMMDD and HHMMSS. */
  readonly date?: string;
  readonly time?: string;
  /** Changes pixels and drawn UIDs. Default `drimbox`. */
  readonly seed?: string;
  readonly series: readonly SeriesOptions[];
}

export interface Instance {
  readonly seriesUid: string;
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  /** From 1. */
  readonly number: number;
  /** Only of multi-frame images. */
  readonly frames?: number;
  /** Writes the Part 10 file (Explicit VR Little Endian); the same bytes at each call. */
  file(): Buffer;
}

export interface Series {
  readonly uid: string;
  readonly number: number;
  readonly modality: Modality;
  readonly description: string;
  readonly instances: readonly Instance[];
}

export interface Study {
  readonly uid: string;
  readonly accession: string;
  readonly patientId: string;
  readonly patient: TestPatient;
  readonly description: string;
  readonly date: string;
  readonly time: string;
  readonly series: readonly Series[];
}
