import { Tag } from '../dataset/tags.js';
import { cleanText } from '../dataset/text.js';
import type { Attributes } from '../dataset/write-dataset.js';
import type { VR } from '../dataset/vr.js';
import { KEY_OBJECT_FLAG, keyObjectDescription } from './kos-facts.js';
import type { KosInput, KosInstance, KosKeyObject, KosSeries } from './kos-input.js';
import { referenceType } from './sop-classes.js';

/** Text for people, made fit for its VR. Identifiers never pass here: one that does not fit is an error. */
export type Describe = (text: string, vr: VR) => string;

/** CurrentRequestedProcedureEvidenceSequence: one study, every series with its RetrieveURL, every instance (PS3.3 §C.17.6.2.1). */
export function evidenceSequence(
  { study, series, keyObjects = [] }: KosInput,
  describe: Describe,
): readonly Attributes[] {
  const flags: Flags = new Map();
  for (const keyObject of keyObjects) {
    for (const image of keyObject.images)
      flags.set(image, [...(flags.get(image) ?? []), keyObjectFlag(keyObject, describe)]);
  }
  return [
    {
      [Tag.ReferencedSeriesSequence]: series.map((one) => evidenceSeries(one, flags)),
      [Tag.StudyInstanceUID]: study.uid,
    },
  ];
}

/** What each flagged image says of the Key Objects that flag it, by SOP Instance UID. */
type Flags = Map<string, readonly Attributes[]>;

const evidenceSeries = (series: KosSeries, flags: Flags): Attributes => ({
  [Tag.RetrieveURL]: series.retrieveUrl,
  [Tag.ReferencedSOPSequence]: series.instances.map((instance) => evidenceInstance(instance, flags)),
  [Tag.SeriesInstanceUID]: series.uid,
  [Tag.SeriesNumber]: series.number,
  [Tag.RetrieveLocationUID]: series.retrieveLocationUid,
});

const evidenceInstance = (instance: KosInstance, flags: Flags): Attributes => ({
  ...reference(instance),
  [Tag.InstanceNumber]: instance.number,
  [Tag.NumberOfFrames]: instance.frames !== undefined && instance.frames > 1 ? instance.frames : undefined,
  [Tag.ReferencedSOPSequence]: flags.get(instance.sopInstance),
});

/** What a flagged image says of the Key Object that flags it: see KEY_OBJECT_FLAG in kos-facts.ts. */
const keyObjectFlag = ({ sopInstance, series, title, description }: KosKeyObject, describe: Describe): Attributes => ({
  [KEY_OBJECT_FLAG.document]: sopInstance,
  [KEY_OBJECT_FLAG.series]: series,
  [Tag.ConceptNameCodeSequence]: [
    {
      [Tag.CodeValue]: describe(title.code, 'SH'),
      [Tag.CodingSchemeDesignator]: describe(title.scheme, 'SH'),
      [Tag.CodeMeaning]: describe(title.meaning, 'LO'),
    },
  ],
  [Tag.ContentSequence]: description === undefined ? undefined : [{ [Tag.TextValue]: cleanText(description, 'UT') }],
});

const reference = ({ sopClass, sopInstance }: KosInstance): Attributes => ({
  [Tag.ReferencedSOPClassUID]: sopClass,
  [Tag.ReferencedSOPInstanceUID]: sopInstance,
});

/** ContentSequence: the same instances in the same order, then one TEXT item (TID 2010). */
export const contentSequence = (input: KosInput, descriptionCode: readonly Attributes[]): readonly Attributes[] => [
  ...input.series.flatMap(({ instances }) => instances.map(contentItem)),
  {
    [Tag.RelationshipType]: 'CONTAINS',
    [Tag.ValueType]: 'TEXT',
    [Tag.ConceptNameCodeSequence]: descriptionCode,
    [Tag.TextValue]: descriptionText(input),
  },
];

const contentItem = (instance: KosInstance): Attributes => ({
  [Tag.ReferencedSOPSequence]: [reference(instance)],
  [Tag.RelationshipType]: 'CONTAINS',
  [Tag.ValueType]: referenceType(instance.sopClass),
});

/** The description's items are lines, so no line end of the PACS may come in. */
const line = (text: string): string => cleanText(text.replace(/\s+/g, ' '), 'UT');

function descriptionText({ study, series }: KosInput): string {
  const lines = series.map(({ uid, modality, description }) => ({
    uid,
    modality: line(modality),
    description: line(description),
  }));
  return keyObjectDescription(line(study.description), line(study.act), lines);
}
