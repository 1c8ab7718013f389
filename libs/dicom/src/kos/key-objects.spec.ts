import { readPart10 } from '../dataset/part10.js';
import { Tag } from '../dataset/tags.js';
import { type Attributes, writeDataset } from '../dataset/write-dataset.js';
import { kosInput, validate } from '../testing/kos.js';
import { SopClass, TransferSyntax } from '../uids.js';
import { buildKos } from './build-kos.js';
import type { KosKeyObject } from './kos-input.js';
import { readKeyObject } from './read-key-object.js';
import { readKos } from './read-kos.js';

const SYNTAX = TransferSyntax.ExplicitLittleEndian;
const STUDY = kosInput().study.uid;
const MR = '1.2.840.10008.5.1.4.1.1.4';
const IMAGE = `${STUDY}.1.2`;

const code = (value: string, meaning: string): Attributes[] => [
  { [Tag.CodeValue]: value, [Tag.CodingSchemeDesignator]: 'DCM', [Tag.CodeMeaning]: meaning },
];
const reference = (uid: string): Attributes => ({
  [Tag.ReferencedSOPClassUID]: MR,
  [Tag.ReferencedSOPInstanceUID]: uid,
});
const evidence = (study: string, uids: readonly string[]): Attributes => ({
  [Tag.StudyInstanceUID]: study,
  [Tag.ReferencedSeriesSequence]: [
    { [Tag.SeriesInstanceUID]: `${study}.1`, [Tag.ReferencedSOPSequence]: uids.map(reference) },
  ],
});
const image = (uid: string): Attributes => ({
  [Tag.RelationshipType]: 'CONTAINS',
  [Tag.ValueType]: 'IMAGE',
  [Tag.ReferencedSOPSequence]: [reference(uid)],
});

/** A document as a workstation writes it; tests change what they are about. */
const document = (changes: Attributes = {}): Buffer =>
  writeDataset(
    {
      [Tag.SpecificCharacterSet]: 'ISO_IR 100',
      [Tag.SOPClassUID]: SopClass.KeyObjectSelection,
      [Tag.SOPInstanceUID]: '1.2.250.1.213.4.5.2.3.102.5.1',
      [Tag.StudyInstanceUID]: STUDY,
      [Tag.SeriesInstanceUID]: '1.2.250.1.213.4.5.2.2.102.5',
      [Tag.ConceptNameCodeSequence]: code('113000', 'Of Interest'),
      [Tag.CurrentRequestedProcedureEvidenceSequence]: [evidence(STUDY, [IMAGE, `${STUDY}.2.1`])],
      [Tag.ContentSequence]: [
        {
          [Tag.RelationshipType]: 'CONTAINS',
          [Tag.ValueType]: 'TEXT',
          [Tag.ConceptNameCodeSequence]: code('113012', 'Key Object Description'),
          [Tag.TextValue]: 'Lésion à surveiller',
        },
        image(IMAGE),
        image(`${STUDY}.2.1`),
        image(IMAGE),
      ],
      ...changes,
    },
    SYNTAX,
  );

describe('a Key Object', () => {
  it('says why and which images, each once', () => {
    expect(readKeyObject(document(), SYNTAX)).toEqual({
      ok: true,
      value: {
        sopInstanceUid: '1.2.250.1.213.4.5.2.3.102.5.1',
        seriesUid: '1.2.250.1.213.4.5.2.2.102.5',
        studyUid: STUDY,
        title: { code: '113000', scheme: 'DCM', meaning: 'Of Interest' },
        description: 'Lésion à surveiller',
        images: [IMAGE, `${STUDY}.2.1`],
      },
    });
  });

  it('points to no image of another study', () => {
    const changes = {
      [Tag.CurrentRequestedProcedureEvidenceSequence]: [evidence(STUDY, [IMAGE]), evidence('1.2.9', [`${STUDY}.2.1`])],
    };
    expect(readKeyObject(document(changes), SYNTAX)).toMatchObject({ value: { images: [IMAGE] } });
  });

  it.each<[string, Buffer]>([
    ...['113001', '113037', '113038', '113039'].map((title): [string, Buffer] => [
      `a rejection note ${title}`,
      document({ [Tag.ConceptNameCodeSequence]: code(title, 'Rejected') }),
    ]),
    ['another class', document({ [Tag.SOPClassUID]: MR })],
    ['no title', document({ [Tag.ConceptNameCodeSequence]: [] })],
    ['no study', document({ [Tag.StudyInstanceUID]: '' })],
    ['half a document', document().subarray(0, 200)],
    ['no data set', Buffer.from('%PDF-1.7')],
    ['nothing', Buffer.alloc(0)],
  ])('is not: %s', (_name, bytes) => {
    expect(readKeyObject(bytes, SYNTAX)).toEqual({ ok: false, reason: expect.any(String) as string });
  });

  it('nested without end is refused, not followed', () => {
    let items: Attributes[] = [image(IMAGE)];
    for (let depth = 0; depth < 12; depth++) items = [{ [Tag.ContentSequence]: items }];
    expect(readKeyObject(document({ [Tag.ContentSequence]: items }), SYNTAX)).toMatchObject({ ok: false });
  });
});

describe('a KOS with Key Objects', () => {
  const flag = (images: readonly string[], more: Partial<KosKeyObject> = {}): KosKeyObject => ({
    sopInstance: '1.2.250.1.213.4.5.2.3.102.5.1',
    series: '1.2.250.1.213.4.5.2.2.102.5',
    title: { code: '113000', scheme: 'DCM', meaning: 'Of Interest' },
    images,
    ...more,
  });
  const input = (keyObjects: readonly KosKeyObject[]) =>
    kosInput({
      series: [
        ...kosInput().series,
        {
          uid: '1.2.250.1.213.4.5.2.2.102.5',
          modality: 'KO',
          description: 'Images clés',
          retrieveUrl: 'https://db1.350.mesimagesmedicales.fr/s',
          instances: [{ sopClass: SopClass.KeyObjectSelection, sopInstance: '1.2.250.1.213.4.5.2.3.102.5.1' }],
        },
      ],
      keyObjects,
    });

  it('says of each flagged image which ones flag it, in its evidence', () => {
    const second = flag([IMAGE], { sopInstance: '1.2.250.1.213.4.5.2.3.102.6.1', description: 'à l’étage' });
    const kos = buildKos(input([flag([IMAGE, `${STUDY}.2.1`, '1.2.3.4']), second]));
    const read = readKos(kos);
    const flags = read.ok
      ? read.value.series.flatMap(({ instances }) => instances.map(({ keyObjects }) => keyObjects))
      : [];
    expect(flags).toEqual([[], [flag([]).sopInstance, second.sopInstance], [flag([]).sopInstance], [], []]);
    const [study] = readPart10(kos).dataset.getItems(Tag.CurrentRequestedProcedureEvidenceSequence);
    const item = study?.getItems(Tag.ReferencedSeriesSequence)[0]?.getItems(Tag.ReferencedSOPSequence)[1];
    const nested = item?.getItems(Tag.ReferencedSOPSequence)[1];
    expect(nested?.getString(Tag.SOPInstanceUID)).toBe(second.sopInstance);
    expect(nested?.getString(Tag.SeriesInstanceUID)).toBe(second.series);
    expect(nested?.getItems(Tag.ConceptNameCodeSequence)[0]?.getString(Tag.CodeValue)).toBe('113000');
    expect(nested?.getItems(Tag.ContentSequence)[0]?.getString(Tag.TextValue)).toBe('à l’étage');
  });

  it('lists the Key Object itself as COMPOSITE', () => {
    const items = readPart10(buildKos(input([flag([IMAGE])]))).dataset.getItems(Tag.ContentSequence);
    expect(items.map((item) => item.getString(Tag.ValueType))).toEqual([
      'IMAGE',
      'IMAGE',
      'IMAGE',
      'IMAGE',
      'COMPOSITE',
      'TEXT',
    ]);
  });

  it('is valid for dciodvfy and dsrdump', async () => {
    const { errors, dsrdump } = await validate(buildKos(input([flag([IMAGE], { description: 'Lésion' })])));
    expect(errors).toEqual([]);
    expect(dsrdump).toBe(0);
  });

  it('that flag nothing in it is the same, byte for byte, as without', () => {
    const none = buildKos(input([flag(['1.2.3.4'])]));
    expect(none.equals(buildKos(input([])))).toBe(true);
  });
});
