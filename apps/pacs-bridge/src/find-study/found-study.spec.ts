import { readDataset, Tag, TransferSyntax, writeDataset, type Attributes, type Dataset } from '@drimbox/dicom';
import { inOrder, readInstance, readSeries, readStudy } from './found-study.js';

const answer = (attributes: Attributes): Dataset =>
  readDataset(writeDataset(attributes, TransferSyntax.ExplicitLittleEndian), {
    transferSyntax: TransferSyntax.ExplicitLittleEndian,
  });

const instance = (sopInstance: string, number?: number) => ({
  sopClass: '1.2.3',
  sopInstance,
  ...(number === undefined ? {} : { number }),
});

describe('what a PACS answers', () => {
  it('a study: identifiers without their padding, text decoded', () => {
    const study = readStudy(
      answer({
        [Tag.SpecificCharacterSet]: 'ISO_IR 100',
        [Tag.AccessionNumber]: 'ACN1 ',
        [Tag.PatientID]: ' IPP1',
        [Tag.ReferringPhysicianName]: 'LEFÈVRE^Hélène',
      }),
    );
    expect(study).toMatchObject({
      accession: 'ACN1',
      patientId: 'IPP1',
      referringPhysician: 'LEFÈVRE^Hélène',
      description: '',
    });
  });

  it('a series without its UID is unusable, one without a modality is OT', () => {
    expect(readSeries(answer({ [Tag.Modality]: 'CT' }))).toEqual({ ok: false, missing: 'Series Instance UID' });
    expect(readSeries(answer({ [Tag.SeriesInstanceUID]: '1.2' }))).toMatchObject({
      ok: true,
      value: { modality: 'OT' },
    });
  });

  it('an instance needs its UID; its class and its frames only when they are told', () => {
    expect(readInstance(answer({ [Tag.SOPClassUID]: '1.3' }))).toEqual({ ok: false, missing: 'SOP Instance UID' });
    expect(readInstance(answer({ [Tag.SOPInstanceUID]: '1.2' }))).toEqual({ ok: true, value: { sopInstance: '1.2' } });
    const read = readInstance(
      answer({ [Tag.SOPInstanceUID]: '1.2', [Tag.SOPClassUID]: '1.3', [Tag.NumberOfFrames]: '40' }),
    );
    expect(read).toEqual({ ok: true, value: { sopInstance: '1.2', sopClass: '1.3', frames: 40 } });
  });
});

describe('the order of a study', () => {
  const series = (uid: string, number: number | undefined, instances: ReturnType<typeof instance>[]) => ({
    uid,
    modality: 'CT',
    description: '',
    instances,
    ...(number === undefined ? {} : { number }),
  });

  it('is by number, unnumbered last; an instance told twice counts once; an empty series is left out', () => {
    const ordered = inOrder([
      series('1.9', undefined, [instance('1.9.1')]),
      series('1.2', 2, [instance('1.2.2', 2), instance('1.2.1', 1), instance('1.2.2', 2)]),
      series('1.3', 1, []),
    ]);
    expect(ordered.map(({ uid }) => uid)).toEqual(['1.2', '1.9']);
    expect(ordered[0]?.instances.map(({ sopInstance }) => sopInstance)).toEqual(['1.2.1', '1.2.2']);
  });
});
