/** Value type of a content item that references an instance (PS3.3 §C.17.3, TID 2010). */
export type ReferenceType = 'IMAGE' | 'WAVEFORM' | 'COMPOSITE';

const STORAGE = '1.2.840.10008.5.1.4.1.1.';

/** Image storage SOP classes (PS3.4 Table B.5-1), retired ones still found in archives included; without the common root. */
const IMAGES = [
  '1', '1.1', '1.1.1', '1.2', '1.2.1', '1.3', '1.3.1', // CR, DX, MG, intra-oral
  '2', '2.1', '2.2', // CT
  '3', '3.1', '5', '6', '6.1', '6.2', '6.3', // US
  '4', '4.1', '4.3', '4.4', // MR
  '7', '7.1', '7.2', '7.3', '7.4', // SC
  '12.1', '12.1.1', '12.2', '12.2.1', '12.3', // XA, XRF
  '13.1.1', '13.1.2', '13.1.3', '13.1.4', '13.1.5', // 3D, breast tomosynthesis
  '14.1', '14.2', // IVOCT
  '20', '128', '128.1', '130', // NM, PET
  '30', // parametric map
  '66.4', '66.7', // segmentation, label map
  '77.1.1', '77.1.1.1', '77.1.2', '77.1.2.1', '77.1.3', '77.1.4', '77.1.4.1', // VL
  '77.1.5.1', '77.1.5.2', '77.1.5.4', '77.1.5.5', '77.1.5.6', '77.1.5.7', '77.1.5.8', '77.1.6', '77.1.7', // ophthalmic, slide, dermoscopy
  '81.1', '82.1', // ophthalmic thickness and corneal topography maps
  '481.1', // RT image; not RT dose, which readers (dcmtk) do not take for an image
]; // prettier-ignore

const WAVEFORMS = [
  '9.1.1', '9.1.2', '9.1.3', '9.1.4', // ECG
  '9.2.1', '9.3.1', '9.4.1', '9.4.2', // hemodynamic, electrophysiology, audio
  '9.5.1', '9.6.1', '9.6.2', '9.7.1', '9.7.2', '9.7.3', '9.7.4', '9.8.1', // pulse, respiratory, EEG, EMG, EOG, sleep, body position
]; // prettier-ignore

const TYPES: ReadonlyMap<string, ReferenceType> = new Map([
  ...IMAGES.map((suffix): [string, ReferenceType] => [STORAGE + suffix, 'IMAGE']),
  ...WAVEFORMS.map((suffix): [string, ReferenceType] => [STORAGE + suffix, 'WAVEFORM']),
]);

/** COMPOSITE for what is neither image nor waveform: Key Objects, structured reports, presentation states, PDF… */
export const referenceType = (sopClass: string): ReferenceType => TYPES.get(sopClass) ?? 'COMPOSITE';
