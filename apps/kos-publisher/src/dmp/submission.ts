import {
  type ErrorCode,
  type Failure,
  failure,
  type Order,
  type Report,
  type Structure,
  type Visibility,
} from '@drimbox/contracts';
import {
  buildSubmission,
  DEFAULT_XDS_SETTINGS,
  type FrozenSubmission as XdsSubmission,
  type MetadataProblem,
  newUniqueId,
  type Signer,
  type VihfInput,
  type XdsSettings,
} from '@drimbox/xds';
import type { FrozenSubmission } from '../archive/frozen-submission.js';
import type { Settings } from '../config/settings.js';
import type { BuiltKos } from '../kos/kos-of-study.js';

export const xdsSettings = (settings: Settings): XdsSettings => ({
  ...DEFAULT_XDS_SETTINGS,
  vihfVersion: settings.vihfVersion,
  eventCodeScheme: settings.eventCodeScheme,
  authorMode: settings.xdsAuthor,
  localTimeZone: settings.kosTimeZone,
});

export interface SubmissionSources {
  readonly report: Report;
  readonly study: string;
  /** Modalities as the PACS says them: the report's are often missing or wrong (interop §3.2). */
  readonly modalities: readonly string[];
  readonly order: Order;
  readonly structure: Structure;
  readonly visibility: Visibility;
  readonly kos: BuiltKos;
  /** entryUUID of the entry it replaces, or its placeholder. */
  readonly replaces?: string | undefined;
}

export type SubmissionResult = { ok: true; value: XdsSubmission } | { ok: false; failure: Failure };

const MISSING: ErrorCode = 'DRIM-410';

/** The signed XDS envelope of a KOS; a metadata that the DMP requires and the report lacks is told by name (DRIM-410). */
export function submissionOf(sources: SubmissionSources, signer: Signer, settings: Settings): SubmissionResult {
  const { report, order, structure, visibility, kos } = sources;
  const study = report.studies.find(({ uid }) => uid === sources.study);
  if (!study) return { ok: false, failure: failure('DRIM-403', 'the report does not name the study') };
  const built = buildSubmission(
    {
      now: kos.created,
      kos: { bytes: kos.bytes, sopInstanceUid: kos.uid, createdAt: kos.created },
      submissionSetUniqueId: newUniqueId(),
      signatureUniqueId: newUniqueId(),
      sourceId: settings.xdsSourceId,
      patient: report.patient,
      study: {
        uid: study.uid,
        acts: [...(study.act ? [study.act] : []), ...study.actTranslations],
        modalities: modalitiesOf(study.modalities, sources.modalities),
        regions: study.regions,
        ...(study.start && { start: study.start }),
        ...(study.stop && { stop: study.stop }),
      },
      ...identifier('accession', order.accession),
      ...identifier('order', order.placer),
      structure: { id: structure.id, name: structure.name },
      ...(report.author?.person && { author: report.author.person }),
      ...(report.legalAuthenticator?.person && { legalAuthenticator: report.legalAuthenticator.person }),
      ...(report.facilityType && { facilityType: report.facilityType }),
      ...(report.practiceSetting && { practiceSetting: report.practiceSetting }),
      visibility,
      ...(report.patientClass && { patientClass: report.patientClass }),
      ...(sources.replaces && { replaces: sources.replaces }),
    },
    signer,
    xdsSettings(settings),
  );
  return built.ok
    ? { ok: true, value: built.value }
    : { ok: false, failure: failure(MISSING, problemsText(built.problems)) };
}

const problemsText = (problems: readonly MetadataProblem[]): string =>
  problems
    .map(({ field, problem }) => `${field} ${problem}`)
    .join(', ')
    .slice(0, 300);

/** DICOM modality codes that describe images; a Key Object or a report of the study is not an acquisition. */
const NOT_ACQUISITIONS = new Set(['KO', 'SR', 'PR', 'DOC', 'OT']);
const DCM = '1.2.840.10008.2.16.4';

function modalitiesOf(
  declared: Report['studies'][number]['modalities'],
  acquired: readonly string[],
): Report['studies'][number]['modalities'] {
  const codes = [...new Set(acquired)].filter((code) => !NOT_ACQUISITIONS.has(code));
  if (codes.length === 0) return declared;
  return codes.map((code) => declared.find((known) => known.code === code) ?? { code, system: DCM, display: code });
}

const identifier = <K extends 'accession' | 'order'>(
  key: K,
  value: Order['accession'],
): Partial<Record<K, { id: string; authority: string }>> =>
  value?.extension
    ? ({ [key]: { id: value.extension, authority: value.root } } as Partial<
        Record<K, { id: string; authority: string }>
      >)
    : {};

/** What a send needs later, archived with the version: a replacement after IOCM or OMI uses it again (FAQ-1). */
export function frozenSubmission(
  xds: XdsSubmission,
  { report, structure, visibility }: SubmissionSources,
): FrozenSubmission {
  return {
    submissionSetUid: xds.submissionSetUniqueId,
    kosHash: xds.kosHash,
    structure: {
      id: structure.id,
      vihfId: structure.vihfStructure ?? structure.id,
      name: structure.name,
      sector: structure.sector,
    },
    authCertificate: structure.authCertificate,
    signCertificate: structure.signCertificate,
    patient: { ins: report.patient.ins.value, oid: report.patient.ins.oid },
    ...senderOf(report),
    secretConnection: visibility.connexionSecrete,
  };
}

/** Person and role that speak for a report: its sender, else its legal authenticator. */
function senderOf(report: Report): Pick<FrozenSubmission, 'person' | 'role'> {
  const person = report.sender?.person ?? report.legalAuthenticator?.person;
  const role = roleOf(report, person?.id);
  return {
    ...(person && {
      person: {
        id: person.id,
        ...(person.family && { family: person.family }),
        ...(person.given && { given: person.given }),
      },
    }),
    ...(role && { role: { code: role.code, ...(role.display && { display: role.display }) } }),
  };
}

/** The sender's own role when the document gives it, else that of the legal authenticator. */
function roleOf(
  report: Report,
  personId: string | undefined,
): { code: string; display?: string | undefined } | undefined {
  const people = [report.legalAuthenticator?.person, report.author?.person];
  return people.find((person) => person && person.id === personId)?.role ?? report.legalAuthenticator?.person?.role;
}

/**
 * The same submission in the name of the person who caused a deletion (FAQ-1: data of the new report); the structure stays
 * that of the entry, since only its author may delete it (interop §6.1).
 */
export function causedBy(submission: FrozenSubmission, report: Report | undefined): FrozenSubmission {
  const person = report?.sender?.person ?? report?.legalAuthenticator?.person;
  if (!report || !person) return submission;
  const { person: _earlier, role: _before, ...rest } = submission;
  return { ...rest, ...senderOf(report) };
}

/** TRE_G15 professions and TRE_R01 savoir-faire, as the VIHF carries them (interop §6.3). */
const PROFESSION = '1.2.250.1.71.1.2.7';
const SAVOIR_FAIRE = '1.2.250.1.71.4.2.5';

/** `G15_10/SM44` is profession 10 with savoir-faire SM44; a report without a known professional is sent by the automaton. */
export function vihfInput(frozen: FrozenSubmission, settings: Settings): VihfInput {
  const { person, role, structure } = frozen;
  const match = /^G15_(\d+)(?:\/(S[A-Z]\d+))?/.exec(role?.code ?? '');
  const display = role?.display ?? '';
  return {
    subject:
      person && match
        ? {
            kind: 'professional',
            id: person.id,
            family: person.family ?? '',
            given: person.given ?? '',
            roles: [
              { code: match[1] ?? '', system: PROFESSION, display },
              ...(match[2] ? [{ code: match[2], system: SAVOIR_FAIRE, display }] : []),
            ],
          }
        : { kind: 'automaton', id: `${structure.vihfId}/DRIMBOX`, name: settings.lpsName },
    structureId: structure.vihfId,
    sector: structure.sector,
    ins: { value: frozen.patient.ins, oid: frozen.patient.oid },
    secretConnection: frozen.secretConnection,
    software: {
      name: settings.lpsName,
      version: settings.lpsVersion,
      homologationId: settings.lpsHomologationId,
      id: settings.lpsId,
    },
  };
}
