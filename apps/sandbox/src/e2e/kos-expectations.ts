import { createHash } from 'node:crypto';
import type { DmpEntry } from '../mesh/dmp-desk.js';
import { reportedStudy } from '../ris/cda/report-options.js';
import { instancesOf, type Study } from '../studies/generate-study.js';
import { ISSUER } from '../studies/numbering.js';
import type { KosCase } from './kos-cases.js';
import { type KosInspection, valuesAt } from './kos-inspection.js';

/** Dummy authority of the study reference in the official samples (drimbox-rules §6.3). */
const STUDY_AUTHORITY = '1.2.3.4.5.6';
const EVIDENCE = '(0040,a375).(0008,1115)';
const CONTENT = '(0040,a730)';
/** Objects that are no images, and so COMPOSITE items of the content tree (PS3.16 TID 2010). */
const DOCUMENTS: readonly string[] = ['KO', 'SR'];

export const digest = (algorithm: 'sha1' | 'sha256', bytes: Buffer): string =>
  createHash(algorithm).update(bytes).digest('hex');

/** dciodvfy has nothing against it, dsrdump reads it, as a manifest of one study under its INS. */
export function expectConformant(kos: KosInspection, study: Study): void {
  expect(kos.errors).toEqual([]);
  expect(kos.recognised).toBe(true);
  expect(kos.tree).toMatch(/<CONTAINER:\(113030,DCM,"MANIFEST"\)=SEPARATE>/);
  expect(valuesAt(kos, '(0020,000d)')).toEqual([study.uid]);
  expect(valuesAt(kos, '(0010,0020)')).toEqual([study.patient.ins]);
  expect(valuesAt(kos, '(0008,0050)')).toEqual(['']);
  expect(study.series.map(({ uid }) => uid)).not.toContain(valuesAt(kos, '(0020,000e)')[0]);
}

/** Evidence and content name what the PACS holds, no more and no less; each series has its address on the site's `db` FQDN. */
export function expectEveryInstance(kos: KosInspection, study: Study, db: string): void {
  const base = `https://${db}/drim-so/v1/rs/studies/${study.uid}/series`;
  const instances = instancesOf(study);
  const column = (path: string): string[] => valuesAt(kos, path);
  expect(column(`${EVIDENCE}.(0020,000e)`)).toEqual(study.series.map(({ uid }) => uid));
  expect(column(`${EVIDENCE}.(0008,1190)`)).toEqual(study.series.map(({ uid }) => `${base}/${uid}`));
  expect(column(`${EVIDENCE}.(0020,0011)`)).toEqual(study.series.map(({ number }) => String(number)));
  expect(column(`${EVIDENCE}.(0008,1199).(0008,1155)`)).toEqual(instances.map((one) => one.sopInstanceUid));
  expect(column(`${EVIDENCE}.(0008,1199).(0008,1150)`)).toEqual(instances.map((one) => one.sopClassUid));
  expect(column(`${EVIDENCE}.(0008,1199).(0020,0013)`)).toEqual(instances.map((one) => String(one.number)));
  expect(column(`${EVIDENCE}.(0008,1199).(0028,0008)`)).toEqual(
    instances.flatMap(({ frames }) => (frames === undefined ? [] : [String(frames)])),
  );
  expect(column(`${CONTENT}.(0008,1199).(0008,1155)`)).toEqual(instances.map((one) => one.sopInstanceUid));
  expect(column(`${CONTENT}.(0040,a040)`)).toEqual([
    ...study.series.flatMap(({ modality, instances: own }) =>
      own.map(() => (DOCUMENTS.includes(modality) ? 'COMPOSITE' : 'IMAGE')),
    ),
    'TEXT',
  ]);
}

/** Names and descriptions as report and PACS say them, in the character set the rule asks for. */
export function expectTexts(kos: KosInspection, study: Study, { charset, reported = (same) => same }: KosCase): void {
  const { patient } = study;
  const says = reported(reportedStudy(study));
  expect(kos.charset).toBe(charset);
  expect(valuesAt(kos, '(0010,0010)')).toEqual([`${patient.birthFamily}^${patient.birthGivens}`]);
  expect(valuesAt(kos, '(0010,1001)')).toEqual([`^${patient.firstGiven}\\${patient.usedFamily}^${patient.usedGiven}`]);
  expect(valuesAt(kos, '(0010,4000)')).toEqual([patient.birthPlace]);
  expect(valuesAt(kos, '(0008,1030)')).toEqual([study.description]);
  expect(valuesAt(kos, '(0008,0090)')).toEqual(['LEFÈVRE^HÉLÈNE']);
  expect(valuesAt(kos, '(0040,a370).(0008,0050)')).toEqual([says.accession]);
  expect(valuesAt(kos, '(0040,a370).(0040,2016)')).toEqual([says.order ?? '']);
  expect(valuesAt(kos, `${CONTENT}.(0040,a160)`)).toEqual([
    [
      `Examen : ${study.description}`,
      `Acte = ${says.act.display}`,
      ...study.series.map(({ uid, modality, description }) => `Série-${uid} : ${modality} @ : ${description}`),
      '',
    ].join('\n'),
  ]);
}

/** What the DMP shows of the document. */
export function expectEntry(
  entry: DmpEntry,
  kos: Buffer,
  study: Study,
  { hidden = [], reported = (same) => same }: KosCase,
): void {
  const says = reported(reportedStudy(study));
  const reference = (id: string, authority: string, type: string): string =>
    `${id}^^^&${authority}&ISO^urn:ihe:iti:xds:${type}`;
  expect(entry).toMatchObject({
    typeCode: 'IMG-KOS',
    patientId: `${study.patient.ins}^^^&${study.patient.insOid}&ISO^NH`,
    hash: digest('sha1', kos),
    confidentialityCodes: ['N', ...hidden],
    referenceIds: [
      reference(says.accession!, ISSUER.accession, '2013:accession'),
      reference(study.uid, STUDY_AUTHORITY, '2016:studyInstanceUID'),
      ...(says.order ? [reference(says.order, ISSUER.order, '2013:order')] : []),
    ],
  });
}
