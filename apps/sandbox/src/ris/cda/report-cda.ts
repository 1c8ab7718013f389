import { documentId, hashedUid, patientIdOf } from '../../studies/numbering.js';
import { PAT_TROIS } from '../../studies/test-patient.js';
import { type Signatory, TEST_RADIOLOGIST } from '../actors.js';
import { pdfBody, structuredBody } from './body.js';
import {
  author,
  componentOf,
  custodian,
  documentationOf,
  inFulfillmentOf,
  legalAuthenticator,
  recordTarget,
  relatedDocument,
} from './header.js';
import type { ReportDocument, ReportOptions } from './report-options.js';
import { element, empty, escape } from './xml.js';

/** Templates of every CI-SIS document, then those of the two levels (interop §3.1). */
const TEMPLATES = ['2.16.840.1.113883.2.8.2.1', '1.2.250.1.213.1.1.1.1'];
const LEVEL_1_TEMPLATES = ['1.3.6.1.4.1.19376.1.2.20'];
const LEVEL_3_TEMPLATES = ['1.2.840.10008.9.1', '1.2.840.10008.9.20', '1.2.840.10008.9.21'];
const LEVEL_3_MODEL = { root: '1.2.250.1.213.1.1.1.45', extension: '2024.01' };
const BODY_LINE = 'Compte-rendu fictif, identité de test.';

/**
 * An imaging report (CDA R2, IMG-CR-IMG header, interop §3) about one or more studies, in UTF-8. All data are fictive;
 * the same options give the same bytes.
 */
export function reportCda(options: ReportOptions): ReportDocument {
  const {
    id = documentId(401),
    studies,
    level = 1,
    version = options.replaces === undefined ? 1 : 2,
    patient = PAT_TROIS,
    patientId = patientIdOf(101),
    author: writer = TEST_RADIOLOGIST,
    legalAuthenticator: signer = writer,
    performer = writer.structure,
    effectiveTime = '20260105111700+0100',
    confidentiality = 'N',
    replaces,
    title = "Compte-rendu d'imagerie de test",
  } = options;
  const [first] = studies;
  if (first === undefined) throw new Error('a report is about one study at least');
  const setId = options.setId ?? hashedUid('report family', ...studies.map(({ uid }) => uid));
  const performing: Signatory = { person: writer.person, structure: performer };
  const xml = element(
    'ClinicalDocument',
    { xmlns: 'urn:hl7-org:v3', 'xmlns:ps3-20': 'urn:dicom-org:ps3-20' },
    empty('realmCode', { code: 'FR' }),
    empty('typeId', { root: '2.16.840.1.113883.1.3', extension: 'POCD_HD000040' }),
    ...TEMPLATES.map((root) => empty('templateId', { root })),
    ...(level === 1 ? LEVEL_1_TEMPLATES : LEVEL_3_TEMPLATES).map((root) => empty('templateId', { root })),
    level === 3 && empty('templateId', LEVEL_3_MODEL),
    empty('id', { root: id }),
    empty('code', {
      code: '18748-4',
      displayName: "CR d'imagerie médicale",
      codeSystem: '2.16.840.1.113883.6.1',
      codeSystemName: 'LOINC',
    }),
    element('title', {}, escape(title)),
    empty('effectiveTime', { value: effectiveTime }),
    empty('confidentialityCode', { code: confidentiality, codeSystem: '2.16.840.1.113883.5.25' }),
    empty('languageCode', { code: 'fr-FR' }),
    empty('setId', { root: setId }),
    empty('versionNumber', { value: String(version) }),
    recordTarget(patient, patientId),
    author(writer, effectiveTime),
    custodian(writer.structure),
    legalAuthenticator(signer, effectiveTime),
    ...studies.map(inFulfillmentOf),
    ...studies.map((study) => documentationOf(study, performing)),
    replaces !== undefined && relatedDocument(replaces),
    componentOf(writer.structure, first.start, first.stop),
    level === 1 ? pdfBody(BODY_LINE) : structuredBody(BODY_LINE, studies),
  );
  return {
    xml: `<?xml version="1.0" encoding="UTF-8"?>\n${xml}\n`,
    id,
    ...(replaces === undefined ? {} : { replaces }),
    patient,
    patientId,
  };
}
