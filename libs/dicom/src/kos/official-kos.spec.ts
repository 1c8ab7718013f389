import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Dataset } from '../dataset/dataset.js';
import { readPart10 } from '../dataset/part10.js';
import { Tag, tagText } from '../dataset/tags.js';
import { describeWithSamples, SAMPLES } from '../testing/samples.js';
import { TransferSyntax } from '../uids.js';
import { buildKos } from './build-kos.js';
import type { KosInput } from './kos-input.js';
import { type Kos, readKos } from './read-kos.js';

const sample = (name: string): Buffer => readFileSync(path.join(SAMPLES, name));
const KO = 'drim-m-poc/KOS/ko.dcm';

function read(file: Buffer): Kos {
  const kos = readKos(file);
  if (!kos.ok) throw new Error(kos.reason);
  return kos.value;
}

describeWithSamples('readKos on the samples', () => {
  it.each([
    [KO, '113030', 2, 20, 'ASIP-SANTE-INS-NIR'],
    ['drim-m-poc/backend-test/kos.dcm', '113030', 1, 1, 'ASIP-SANTE-INS-NIR'],
    ['interop/dicom-kos/kos_xdsi_manifest.dcm', '113030', 1, 2, 'ASIP-SANTE-INS-NIR'],
    ['interop/dicom-kos/iocm_rejection_113001.dcm', '113001', 1, 2, 'ASIP-SANTE-INS-NIR'],
    ['interop/dicom-kos/MADO_KOS_A.dcm', 'MADOTEMP001', 2, 86, 'ACME_HOSPITAL'],
    ['interop/dicom-kos/MADO_KOS_B.dcm', 'MADOTEMP001', 2, 21, 'ACME_HOSPITAL'],
  ])('%s', (name, title, series, instances, issuer) => {
    const kos = read(sample(name));
    expect(kos.title?.value).toBe(title);
    expect(kos.series).toHaveLength(series);
    expect(kos.series.flatMap((one) => one.instances)).toHaveLength(instances);
    expect(kos.patient.issuer).toBe(issuer);
  });

  it('refuses a KOS without evidence, and an image', () => {
    expect(readKos(sample('interop/dicom-kos/kos_invalid_no_evidence.dcm'))).toEqual({
      ok: false,
      reason: '(0040,a375): not exactly one study',
    });
    expect(readKos(sample('drim-m-data/ct-jpegls/I0'))).toEqual({
      ok: false,
      reason: '(0008,0016): not a Key Object Selection',
    });
    expect(readKos(Buffer.from('hello'))).toEqual({ ok: false, reason: 'not a DICOM file' });
  });
});

/**
 * Where our KOS differs on purpose from the official one of November 2023, element by element; everything else is equal.
 * The sample is the 2023 form (drimbox-rules §3.2 marks what changed since).
 */
const INTENDED: Readonly<Record<string, string>> = {
  '(0008,0080)': 'InstitutionName: now name and structure id, the sample has the bare name',
  '(0008,0201)': 'TimezoneOffsetFromUTC: the sample says +0200 in November, when Paris is at +0100',
  '(0010,0010)': 'PatientName: now family^given, the sample has the family name alone',
  '(0010,1001)': 'OtherPatientNames: now ^given first',
  '(0010,1002)[].(0010,0021)': 'IssuerOfPatientID in OtherPatientIDs: absent in 2023',
  '(0040,a504)[].(0008,0105)': 'ContentTemplateSequence DCMR: absent from the sample, required by TID 2010',
  '(0040,a504)[].(0040,db00)': 'ContentTemplateSequence 2010: same',
  '(0040,a375)[].(0008,1115)[].(0020,0011)': 'SeriesNumber of each series: in the current samples',
  '(0040,a375)[].(0008,1115)[].(0008,1199)[].(0020,0013)': 'InstanceNumber of each instance: in the current samples',
  '(0040,a730)[].(0040,a160)': 'TextValue: the sample writes the act after "Acte =  :" and two spaces after @',
};

describeWithSamples('buildKos beside the official KOS', () => {
  it('has the same elements and values but for the intended differences', () => {
    const official = readPart10(sample(KO)).dataset;
    const ours = readPart10(
      buildKos(inputFrom(official, read(sample(KO))), { transferSyntax: TransferSyntax.ImplicitLittleEndian }),
    ).dataset;
    const [expected, actual] = [flattened(official), flattened(ours)];
    const differing = new Set<string>();
    for (const at of new Set([...expected.keys(), ...actual.keys()])) {
      if (expected.get(at) !== actual.get(at)) differing.add(at.replace(/\[\d+\]/g, '[]'));
    }
    expect(Array.from(differing).toSorted()).toEqual(Object.keys(INTENDED).toSorted());
  });
});

/** Every leaf by its path, `(0040,a375)[0].(0020,000d)` → its values. */
function flattened(dataset: Dataset, prefix = ''): Map<string, string> {
  const leaves = new Map<string, string>();
  for (const { tag, items } of dataset.elements()) {
    if (!items) leaves.set(prefix + tagText(tag), dataset.getStrings(tag).join('\\'));
    else if (items.length === 0) leaves.set(prefix + tagText(tag), 'no item');
    for (const [index, item] of (items ?? []).entries()) {
      for (const [at, value] of flattened(item, `${prefix}${tagText(tag)}[${index}].`)) leaves.set(at, value);
    }
  }
  return leaves;
}

/** The input that should make the sample again: what it holds, and what a report of today adds. */
function inputFrom(official: Dataset, kos: Kos): KosInput {
  const text = (tag: number): string => official.getString(tag) ?? '';
  const [request] = official.getItems(Tag.ReferencedRequestSequence);
  const identifier = (number: number, issuer: number): { value: string; oid: string } => ({
    value: request?.getString(number) ?? '',
    oid: request?.getItems(issuer)[0]?.getString(Tag.UniversalEntityID) ?? '',
  });
  return {
    sopInstanceUid: kos.sopInstanceUid,
    seriesUid: kos.seriesUid ?? '',
    created: new Date('2023-11-14T13:44:57Z'),
    manufacturer: text(Tag.Manufacturer),
    institution: { name: text(Tag.InstitutionName), id: '101235555' },
    patient: {
      ins: { value: kos.patient.id ?? '', oid: kos.patient.issuerOid ?? '' },
      birthFamily: text(Tag.PatientName),
      birthGivens: ['DOMINIQUE'],
      birthDate: text(Tag.PatientBirthDate),
      sex: 'M',
      birthPlace: text(Tag.PatientComments),
    },
    study: {
      uid: kos.studyUid,
      date: text(Tag.StudyDate),
      time: text(Tag.StudyTime),
      description: text(Tag.StudyDescription),
      id: text(Tag.StudyID),
      referringPhysician: text(Tag.ReferringPhysicianName),
      act: 'Abdomen + pelvis',
    },
    orders: [
      {
        accession: identifier(Tag.AccessionNumber, Tag.IssuerOfAccessionNumberSequence),
        placer: identifier(Tag.PlacerOrderNumberImagingServiceRequest, Tag.OrderPlacerIdentifierSequence),
      },
    ],
    series: kos.series.map((series, index) => ({
      uid: series.uid,
      modality: 'MR',
      number: index + 1,
      description: '',
      retrieveUrl: series.retrieveUrl ?? '',
      instances: series.instances.map(({ sopClass, sopInstance }, at) => ({ sopClass, sopInstance, number: at + 1 })),
    })),
  };
}
