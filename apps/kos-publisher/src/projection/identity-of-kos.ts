import type { ExamIdentity } from '@drimbox/contracts';
import { type Dataset, type Kos, readKos, readPart10, Tag } from '@drimbox/dicom';

export type KosIdentity = Omit<ExamIdentity, 'examId' | 'documents'>;

/** What an archived KOS of ours says of its patient and its exam, or why it cannot be read. */
export function identityOfKos(
  file: Buffer,
): { readonly ok: true; readonly identity: KosIdentity } | { readonly ok: false; readonly reason: string } {
  const read = readKos(file);
  if (!read.ok) return read;
  const { dataset } = readPart10(file, { unknownCharset: 'replace' });
  const accessions = dataset
    .getItems(Tag.ReferencedRequestSequence)
    .flatMap((order) => order.getString(Tag.AccessionNumber) ?? []);
  const date = dataset.getString(Tag.StudyDate);
  const place = dataset.getString(Tag.InstitutionName)?.split('^')[0];
  return {
    ok: true,
    identity: {
      kos: read.value.sopInstanceUid,
      patient: patientOf(dataset),
      accessions,
      description: actOf(read.value) || (dataset.getString(Tag.StudyDescription) ?? ''),
      ...(date !== undefined && { date }),
      ...(place && { place }),
      series: seriesOf(read.value),
    },
  };
}

/** Birth name and given names, then in Other Patient Names the first given name alone (`^JEAN`) and the used ones. */
function patientOf(dataset: Dataset): KosIdentity['patient'] {
  const [birthName = '', birthGivens = ''] = nameOf(dataset.getString(Tag.PatientName));
  const others = dataset.getStrings(Tag.OtherPatientNames).map(nameOf);
  const first = others.find(([family]) => family === '')?.[1];
  const used = others.find(([family]) => family !== '');
  const sex = dataset.getString(Tag.PatientSex);
  const birthPlace = dataset.getString(Tag.PatientComments);
  const [issuer] = dataset.getItems(Tag.IssuerOfPatientIDQualifiersSequence);
  return {
    matricule: dataset.getString(Tag.PatientID) ?? '',
    oid: issuer?.getString(Tag.UniversalEntityID) ?? '',
    birthName,
    birthGivens,
    firstBirthGiven: first ?? birthGivens.split(' ')[0] ?? '',
    ...(used?.[0] && { usedName: used[0] }),
    ...(used?.[1] && { usedGiven: used[1] }),
    birthDate: dataset.getString(Tag.PatientBirthDate) ?? '',
    sex: sex === 'M' || sex === 'F' ? sex : 'U',
    ...(birthPlace !== undefined && { birthPlace: birthPlace.slice(0, 10) }),
  };
}

const nameOf = (name = ''): readonly string[] => name.split('^').map((part) => part.trim());

/** Lines of the Key Object Description, as `keyObjectDescription` of libs/dicom writes them. */
const ACT = /^Acte = (.*)$/m;
const SERIES = /^Série-([0-9.]+) : (.*?) @ : (.*)$/gm;

const actOf = ({ description = '' }: Kos): string => ACT.exec(description)?.[1]?.trim().slice(0, 400) ?? '';

function seriesOf({ series, description = '' }: Kos): KosIdentity['series'] {
  const lines = new Map(
    Array.from(description.matchAll(SERIES), ([, uid = '', modality = '', words = '']) => [uid, { modality, words }]),
  );
  return series.map(({ uid, number, instances }) => ({
    uid,
    ...(number !== undefined && { number }),
    modality: (lines.get(uid)?.modality ?? '').slice(0, 16),
    description: (lines.get(uid)?.words ?? '').slice(0, 400),
    instances: instances.map((instance) => ({
      uid: instance.sopInstance,
      sopClass: instance.sopClass,
      ...(instance.number !== undefined && { number: instance.number }),
      keyObjects: [...instance.keyObjects],
    })),
  }));
}
