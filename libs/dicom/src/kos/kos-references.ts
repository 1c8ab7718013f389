import { Tag } from '../dataset/tags.js';
import { cleanText } from '../dataset/text.js';
import type { Attributes } from '../dataset/write-dataset.js';
import { keyObjectDescription } from './kos-facts.js';
import type { KosInput, KosInstance, KosSeries } from './kos-input.js';
import { referenceType } from './sop-classes.js';

/** CurrentRequestedProcedureEvidenceSequence: one study, every series with its RetrieveURL, every instance (PS3.3 §C.17.6.2.1). */
export const evidenceSequence = ({ study, series }: KosInput): readonly Attributes[] => [
  { [Tag.ReferencedSeriesSequence]: series.map(evidenceSeries), [Tag.StudyInstanceUID]: study.uid },
];

const evidenceSeries = (series: KosSeries): Attributes => ({
  [Tag.RetrieveURL]: series.retrieveUrl,
  [Tag.ReferencedSOPSequence]: series.instances.map(evidenceInstance),
  [Tag.SeriesInstanceUID]: series.uid,
  [Tag.SeriesNumber]: series.number,
  [Tag.RetrieveLocationUID]: series.retrieveLocationUid,
});

const evidenceInstance = (instance: KosInstance): Attributes => ({
  ...reference(instance),
  [Tag.InstanceNumber]: instance.number,
  [Tag.NumberOfFrames]: instance.frames !== undefined && instance.frames > 1 ? instance.frames : undefined,
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
