import { randomUUID } from 'node:crypto';
import { type FoundStudy, PacsLink, type Report, type SiteRegistry } from '@drimbox/contracts';
import type { Exam, FrozenVersion, StoredReport } from '../pointer/pointer-store.js';

/** A report of the national test identity PAT-TROIS DOMINIQUE (invented local ids). */
export function aReport(overrides: Partial<Report> = {}): Report {
  return {
    id: '00000000-0000-4000-8000-000000000001',
    sequence: 1,
    site: 'site-a',
    risSender: 'ris-a',
    pacsLink: 'pacs-a',
    operation: 'new',
    receivedAt: '2026-01-02T10:15:00.000Z',
    messageTime: '20260102101500',
    document: {
      id: { root: '1.2.250.1.213.4.5.4.901' },
      version: 1,
      type: { code: '18748-4', system: '2.16.840.1.113883.6.1' },
      confidentiality: { code: 'N', system: '2.16.840.1.113883.5.25', display: 'Normal' },
    },
    patient: {
      ins: { value: '279035121518989', oid: '1.2.250.1.213.1.4.10' },
      ipp: { value: 'IPP901', oid: '1.2.250.1.213.4.5.2.4' },
      birthFamily: 'PAT-TROIS',
      birthGivens: ['DOMINIQUE'],
      firstBirthGiven: 'DOMINIQUE',
      usedFamily: 'PAT-TROIS',
      usedGiven: 'DOMINIQUE',
      sex: 'F',
      birthDate: '19790328',
      birthPlace: '63220',
    },
    patientClass: 'O',
    studies: [
      {
        uid: '1.2.250.1.213.4.5.2.1.901',
        act: { code: '24802-1', system: '2.16.840.1.113883.6.1', display: 'RM genou' },
        actTranslations: [],
        modalities: [{ code: 'MR', system: '1.2.840.10008.2.16.4', display: 'Résonance magnétique' }],
        regions: [{ code: '61685007', system: '2.16.840.1.113883.6.96', display: 'membre inférieur' }],
        start: '20210108102500+0100',
        stop: '20210108111700+0100',
      },
    ],
    orders: [
      {
        placer: { root: '1.2.250.1.213.4.5.2.6', extension: 'OPN901' },
        accession: { root: '1.2.250.1.213.4.5.2.5', extension: 'ACN901' },
      },
    ],
    legalAuthenticator: {
      person: {
        id: '899700000001',
        family: 'TEST-MEDECIN',
        given: 'Camille',
        role: { code: 'G15_10/SM44', system: '1.2.250.1.213.1.1.4.5', display: 'Médecin - Radio-diagnostic (SM)' },
      },
      organization: { id: '1990000001', name: 'Centre de radiologie Alpha' },
    },
    sender: {
      person: { id: '899700000001', family: 'TEST-MEDECIN', given: 'Camille' },
      organization: { id: '1990000001', name: 'Centre de radiologie Alpha', idType: 'IDNST' },
    },
    performer: { id: '1990000001', name: 'Centre de radiologie Alpha' },
    practiceSetting: { code: 'AMBULATOIRE', system: '1.2.250.1.213.1.1.4.9', display: 'Ambulatoire' },
    facilityType: { code: 'SA08', system: '1.2.250.1.71.4.2.4', display: 'Cabinet de groupe' },
    visibility: {
      masquePs: false,
      invisiblePatient: false,
      invisibleRepresentants: false,
      connexionSecrete: false,
      modifConfCode: false,
    },
    ...overrides,
  };
}

export function aStudy(overrides: Partial<FoundStudy> = {}): FoundStudy {
  return {
    uid: '1.2.250.1.213.4.5.2.1.901',
    date: '20210108',
    time: '102500',
    description: 'IRM du genou',
    id: 'E901',
    accession: 'ACN901',
    patientId: 'IPP901',
    referringPhysician: 'LEFÈVRE^Hélène',
    keyObjects: [],
    series: [
      {
        uid: '1.2.250.1.213.4.5.2.2.901.1',
        modality: 'MR',
        number: 1,
        description: 'T1 sagittal',
        instances: [
          { sopClass: '1.2.840.10008.5.1.4.1.1.4', sopInstance: '1.2.250.1.213.4.5.2.3.901.1.1', number: 1 },
          { sopClass: '1.2.840.10008.5.1.4.1.1.4', sopInstance: '1.2.250.1.213.4.5.2.3.901.1.2', number: 2 },
        ],
      },
    ],
    ...overrides,
  };
}

/** A version as frozen, with bytes that only exact storage gives back. */
export function aVersion(exam: Exam, basis: StoredReport, over: Partial<FrozenVersion> = {}): FrozenVersion {
  const id = randomUUID();
  const uid = `2.25.${BigInt(`0x${id.replaceAll('-', '')}`)}`;
  return {
    id,
    examId: exam.id,
    kosUid: uid,
    kos: Buffer.from([0, 255, 1, 254, 13, 10]),
    metadata: Buffer.from('<é/>\r\n', 'utf8'),
    signature: Buffer.from('<Signature/>'),
    submission: {
      submissionSetUid: uid,
      kosHash: 'da39a3ee5e6b4b0d3255bfef95601890afd80709',
      structure: { id: '1990000001', vihfId: '1990000001', name: 'Alpha', sector: 'SA08' },
      authCertificate: 'alpha-auth',
      signCertificate: 'alpha-sign',
      patient: { ins: basis.report.patient.ins.value, oid: basis.report.patient.ins.oid },
      person: { id: '899700000001' },
      secretConnection: false,
    },
    summary: { series: 1, objects: [{ modality: 'CT', sopClass: '1.2.840.10008.5.1.4.1.1.2', instances: 2 }] },
    visibility: basis.report.visibility,
    identifiers: { ipp: 'IPP901', accession: undefined },
    lineage: basis.lineage,
    reportId: basis.report.id,
    instanceNumber: 1,
    replaces: null,
    ...over,
  };
}

export const REGISTRY: SiteRegistry = {
  version: 1,
  sites: [
    {
      id: 'site-a',
      name: 'Site A',
      structures: [
        {
          id: '1990000001',
          name: 'Centre de radiologie Alpha',
          mode: 'EG',
          sector: 'SA08',
          authCertificate: 'alpha-auth',
          signCertificate: 'alpha-sign',
        },
      ],
      hl7Listeners: [{ id: 'hl7-a', host: '127.0.0.1', port: 0, allow: ['127.0.0.1'] }],
      risSenders: [{ id: 'ris-a', application: 'RIS-A', facility: 'SITE-A', pacsLink: 'pacs-a' }],
      pacsLinks: [
        PacsLink.parse({
          id: 'pacs-a',
          host: '127.0.0.1',
          port: 11112,
          calledAe: 'PACSA',
          callingAe: 'DRIMBOXA',
          db: 'db1.990.mesimagesmedicales.fr',
          vi: 'vi1.990.mesimagesmedicales.fr',
          maxAssociations: 2,
          maxQueue: 100,
          answerSeconds: 10,
          listen: { port: 0, allow: ['127.0.0.1'] },
        }),
      ],
      spoolMegabytes: 100,
    },
  ],
};
