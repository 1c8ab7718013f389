import type { XmlElement } from 'libxml2-wasm';
import { readDocumentHeader } from './header/document.js';
import { readOrganization, readParticipant } from './header/participants.js';
import { readPatient } from './header/patient.js';
import { readOrders, readStudies, studyUid } from './header/studies.js';
import type { ReportCda } from './header/types.js';
import { compact, readCode } from './header/values.js';
import { DEFAULT_CDA_LIMITS, type CdaFailure, type CdaLimits } from './limits.js';
import { HL7_V3 } from './vocabulary.js';
import { Node } from './xml/node.js';
import { parseXml, type Parsed } from './xml/parse.js';

export type ReportCdaResult = { ok: true; value: ReportCda } | { ok: false; failure: CdaFailure };

/**
 * Reads the header of an imaging report (CDA R2, CI-SIS; interop §3) from untrusted bytes. Relies on header elements, never on templateId:
 * the level 1 documents of RIS carry none of the imaging templates. The body is checked for well-formedness and not read.
 */
export function readReportCda(bytes: Buffer, limits: Partial<CdaLimits> = {}): ReportCdaResult {
  const bounds = { ...DEFAULT_CDA_LIMITS, ...limits };
  return parseXml(bytes, bounds, (root) => readHeader(root, bounds));
}

function readHeader(element: XmlElement, limits: CdaLimits): Parsed<ReportCda> {
  if (element.name !== 'ClinicalDocument' || element.namespaceUri !== HL7_V3) return failed({ kind: 'not-cda' });
  const root = new Node(element);
  const document = readDocumentHeader(root);
  if ('path' in document) return failed({ kind: 'missing', path: document.path });
  const patient = readPatient(root);
  if (!patient.ok) return patient;

  const serviceEvents = root.every('documentationOf', 'serviceEvent');
  const studies = readStudies(serviceEvents);
  const orders = readOrders(root);
  if (studies.length > limits.maxStudies || orders.length > limits.maxStudies)
    return failed({ kind: 'too-many-nodes' });

  const performers = serviceEvents
    .filter((event) => studyUid(event) !== undefined)
    .flatMap((event) => event.every('performer', 'assignedEntity', 'representedOrganization'));
  const legal = root.at('legalAuthenticator', 'assignedEntity');
  return {
    ok: true,
    value: compact<ReportCda>({
      document,
      patient: patient.value,
      studies,
      orders,
      authors: root.every('author', 'assignedAuthor').map(readParticipant),
      legalAuthenticator: legal && readParticipant(legal),
      custodian: readOrganization(root.at('custodian', 'assignedCustodian', 'representedCustodianOrganization')),
      performer: firstOf(performers, readOrganization),
      practiceSetting: firstOf(performers, (organization) => readCode(organization.at('standardIndustryClassCode'))),
      facilityType: readCode(root.at('componentOf', 'encompassingEncounter', 'location', 'healthCareFacility', 'code')),
    }),
  };
}

const failed = (failure: CdaFailure): Parsed<ReportCda> => ({ ok: false, failure });

/** First defined answer. */
function firstOf<T>(nodes: readonly Node[], read: (node: Node) => T | undefined): T | undefined {
  for (const node of nodes) {
    const value = read(node);
    if (value !== undefined) return value;
  }
  return undefined;
}
