import { DatasetError } from '../dataset/dataset-error.js';
import type { Dataset } from '../dataset/dataset.js';
import { readPart10 } from '../dataset/part10.js';
import { Tag } from '../dataset/tags.js';
import { kosInput, validate } from '../testing/kos.js';
import { TransferSyntax } from '../uids.js';
import { buildKos } from './build-kos.js';
import type { KosInput } from './kos-input.js';
import { readKos } from './read-kos.js';

const built = (changes: Partial<KosInput> = {}): Dataset => readPart10(buildKos(kosInput(changes))).dataset;
const patient = (changes: Partial<KosInput['patient']>): Dataset =>
  built({ patient: { ...kosInput().patient, ...changes } });
const accented = { birthFamily: 'LEFÈVRE', birthGivens: ['Hélène', 'Anne-Marie'] };
const long = 'Échographie très détaillée de la cheville droite à la demande de l’œil du médecin traitant';

describe('every KOS is valid for dciodvfy and dsrdump', () => {
  const twoOrders = [{ accession: { value: 'A1', oid: '1.2.3' } }, { placer: { value: 'P1', oid: '1.2.4' } }];
  const empty = { uid: '1.2.3', date: '', time: '', description: '', id: '', referringPhysician: '', act: '' };
  const series = [
    {
      uid: '1.2.3.1',
      modality: 'ECG',
      description: '',
      retrieveUrl: 'https://db/s',
      instances: [{ sopClass: '1.2.840.10008.5.1.4.1.1.9.1.1', sopInstance: '1.2.3.1.1' }],
    },
    {
      uid: '1.2.3.2',
      modality: 'KO',
      description: '',
      retrieveUrl: 'https://db/s',
      instances: [{ sopClass: '1.2.840.10008.5.1.4.1.1.88.59', sopInstance: '1.2.3.2.1' }],
    },
    {
      uid: '1.2.3.3',
      modality: 'XA',
      description: '',
      retrieveUrl: 'https://db/s',
      retrieveLocationUid: '1.2.9',
      instances: [{ sopClass: '1.2.840.10008.5.1.4.1.1.12.1', sopInstance: '1.2.3.3.1', number: 1, frames: 60 }],
    },
  ];
  // CR, DX, MG, CT, US, MR, SC, XA, XRF, tomosynthesis, NM, PET, photograph, RT image and dose, segmentation, PDF, SR, presentation state.
  const classes = ['1', '1.1', '1.2', '2', '6.1', '3.1', '4', '4.1', '7', '12.1', '12.2', '13.1.3', '20', '128', '77.1.4', '481.1', '481.2', '66.4', '104.1', '88.33', '11.1']; // prettier-ignore
  const usual = {
    uid: '1.2.3.9',
    modality: 'OT',
    description: '',
    retrieveUrl: 'https://db/s',
    instances: classes.map((suffix, index) => ({
      sopClass: `1.2.840.10008.5.1.4.1.1.${suffix}`,
      sopInstance: `1.2.3.9.${index}`,
    })),
  };
  it.each<[string, Partial<KosInput>]>([
    ['the usual one', {}],
    ['accents and hyphens', { patient: { ...kosInput().patient, ...accented } }],
    ['used names', { patient: { ...kosInput().patient, usedFamily: 'DUPONT-MÜLLER', usedGiven: 'Dominique' } }],
    ['characters outside Latin-1', { patient: { ...kosInput().patient, birthFamily: 'Łukasz', usedFamily: 'CŒUR' } }],
    [
      'long texts',
      { study: { ...kosInput().study, description: long, id: long, act: long, referringPhysician: long } },
    ],
    ['a long institution', { institution: { name: long, id: '1920008059' } }],
    [
      'the least a PACS says',
      { study: empty, orders: [], patient: { ...kosInput().patient, birthDate: '1979', sex: 'U', birthPlace: '' } },
    ],
    ['two orders', { orders: twoOrders }],
    ['waveform, key object, multi-frame', { series }],
    ['the objects of every usual modality', { series: [usual] }],
  ])('%s', async (_, changes) => {
    for (const transferSyntax of [TransferSyntax.ExplicitLittleEndian, TransferSyntax.ImplicitLittleEndian] as const) {
      const { errors, dsrdump, tree } = await validate(buildKos(kosInput(changes), { transferSyntax }));
      expect(errors).toEqual([]);
      expect(dsrdump).toBe(0);
      expect(tree).toContain('<CONTAINER:(113030,DCM,"MANIFEST")=SEPARATE>');
      expect(tree).toContain('<contains TEXT:(113012,DCM,"Key Object Description")');
    }
  });
});

describe('patient', () => {
  it('writes INS, its issuer and qualifiers, twice', () => {
    const kos = built();
    for (const one of [kos, kos.getItems(Tag.OtherPatientIDsSequence)[0]]) {
      expect(one?.getString(Tag.PatientID)).toBe('279035121518989');
      expect(one?.getString(Tag.IssuerOfPatientID)).toBe('ASIP-SANTE-INS-NIR');
      const [qualifiers] = one?.getItems(Tag.IssuerOfPatientIDQualifiersSequence) ?? [];
      expect(qualifiers?.getString(Tag.UniversalEntityID)).toBe('1.2.250.1.213.1.4.10');
      expect(qualifiers?.getString(Tag.UniversalEntityIDType)).toBe('ISO');
    }
    expect(kos.getItems(Tag.OtherPatientIDsSequence)[0]?.getString(Tag.TypeOfPatientID)).toBe('TEXT');
    expect(kos.getString(Tag.PatientComments)).toBe('63220');
  });

  it.each<[string, Partial<KosInput['patient']>, string, string[]]>([
    ['birth names only', {}, 'PAT-TROIS^DOMINIQUE', ['^DOMINIQUE']],
    ['several given names', accented, 'LEFÈVRE^Hélène Anne-Marie', ['^Hélène']],
    [
      'another first given name',
      { ...accented, firstBirthGiven: 'Anne-Marie' },
      'LEFÈVRE^Hélène Anne-Marie',
      ['^Anne-Marie'],
    ],
    [
      'both used names',
      { usedFamily: 'ŒUVRARD', usedGiven: 'Doe' },
      'PAT-TROIS^DOMINIQUE',
      ['^DOMINIQUE', 'ŒUVRARD^Doe'],
    ],
    ['used family only', { usedFamily: 'MARTIN' }, 'PAT-TROIS^DOMINIQUE', ['^DOMINIQUE', 'MARTIN']],
    ['used given only', { usedGiven: 'Max' }, 'PAT-TROIS^DOMINIQUE', ['^DOMINIQUE', '^Max']],
    ['PN delimiters in a name', { birthFamily: 'A^B=C\\D' }, 'A B C D^DOMINIQUE', ['^DOMINIQUE']],
    ['no given name at all', { birthGivens: [] }, 'PAT-TROIS', []],
  ])('%s', (_, changes, name, others) => {
    const kos = patient(changes);
    expect(kos.getString(Tag.PatientName)).toBe(name);
    expect(kos.getStrings(Tag.OtherPatientNames)).toEqual(others);
  });

  it('leaves out a birth date and a sex that DICOM cannot say', () => {
    const kos = patient({ birthDate: '197903', sex: 'U' });
    expect([Tag.PatientBirthDate, Tag.PatientSex].map((tag) => [kos.has(tag), kos.getString(tag)])).toEqual([
      [true, undefined],
      [true, undefined],
    ]);
  });
});

describe('references', () => {
  it('lists one study, its series with their URL, its instances; the same ones in the content', () => {
    const read = readKos(buildKos(kosInput()));
    expect(read).toMatchObject({ ok: true, value: { studyUid: kosInput().study.uid, instanceNumber: 1 } });
    const series = read.ok ? read.value.series : [];
    expect(series).toMatchObject(
      kosInput().series.map(({ uid, number, retrieveUrl, instances }) => ({ uid, number, retrieveUrl, instances })),
    );
    const content = built().getItems(Tag.ContentSequence);
    expect(content.map((item) => item.getString(Tag.ValueType))).toEqual(['IMAGE', 'IMAGE', 'IMAGE', 'IMAGE', 'TEXT']);
    const referenced = content
      .flatMap((item) => item.getItems(Tag.ReferencedSOPSequence))
      .map((item) => item.getString(Tag.ReferencedSOPInstanceUID));
    expect(referenced).toEqual(series.flatMap(({ instances }) => instances.map(({ sopInstance }) => sopInstance)));
  });

  it('ends with the text the proof of concept reads', () => {
    const text = built().getItems(Tag.ContentSequence).at(-1)?.getString(Tag.TextValue);
    const uid = kosInput().study.uid;
    expect(text).toBe(
      `Examen : IRM genou\nActe = IRM du genou\nSérie-${uid}.1 : MR @ : Séquence 1\nSérie-${uid}.2 : MR @ : Séquence 2\n`,
    );
  });

  it('keeps a line end of the PACS out of the lines', () => {
    const text = built({ study: { ...kosInput().study, description: 'IRM\r\nSérie-1.2.3 : CT' } });
    expect(text.getItems(Tag.ContentSequence).at(-1)?.getString(Tag.TextValue)?.match(/\n/g)).toHaveLength(4);
  });

  it('writes an item per distinct order, with issuers that are OIDs only', () => {
    const order = { accession: { value: 'A1', oid: '1.2.3' } };
    const items = built({ orders: [order, order, { accession: { value: 'A1', oid: 'not-an-oid' } }] }).getItems(
      Tag.ReferencedRequestSequence,
    );
    expect(
      items.map((item) => [
        item.getString(Tag.AccessionNumber),
        item.getItems(Tag.IssuerOfAccessionNumberSequence).length,
      ]),
    ).toEqual([
      ['A1', 1],
      ['A1', 0],
    ]);
    expect(built({ orders: [] }).getItems(Tag.ReferencedRequestSequence)).toHaveLength(1);
  });
});

describe('character set', () => {
  it.each([
    ['ISO_IR 100', accented.birthFamily],
    ['ISO_IR 192', 'CŒUR'],
    ['ISO_IR 192', 'Łukasz'],
  ])('%s for %s', (charset, birthFamily) => {
    const kos = patient({ birthFamily });
    expect(kos.getString(Tag.SpecificCharacterSet)).toBe(charset);
    expect(kos.getString(Tag.PatientName)).toBe(`${birthFamily}^DOMINIQUE`);
  });

  it('can be forced, and then fails rather than lose a character', () => {
    const latin = kosInput({ patient: { ...kosInput().patient, ...accented } });
    const forced = readPart10(buildKos(latin, { charset: 'ISO_IR 192' })).dataset;
    expect(forced.getString(Tag.SpecificCharacterSet)).toBe('ISO_IR 192');
    expect(forced.getString(Tag.PatientName)).toBe('LEFÈVRE^Hélène Anne-Marie');
    const polish = kosInput({ patient: { ...kosInput().patient, birthFamily: 'Łukasz' } });
    expect(() => buildKos(polish, { charset: 'ISO_IR 100' })).toThrow(
      '(0010,0010): text does not fit the character set',
    );
  });
});

it.each<[string, Partial<KosInput>]>([
  ['no series', { series: [] }],
  ['a series without instances', { series: kosInput().series.map((series) => ({ ...series, instances: [] })) }],
  ['an invalid UID', { sopInstanceUid: '1.2.03' }],
  ['no INS', { patient: { ...kosInput().patient, ins: { value: '', oid: '1.2' } } }],
  ['an accession number too long to be written whole', { orders: [{ accession: { value: '12345678901234567' } }] }],
])('refuses to build with %s', (_, changes) => {
  expect(() => buildKos(kosInput(changes))).toThrow(DatasetError);
});
