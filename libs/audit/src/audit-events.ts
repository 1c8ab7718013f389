import type { AuditRecord } from './audit-record.js';

type EventKind = Pick<AuditRecord['event'], 'id' | 'types' | 'action'>;

const dcm = (code: string, display: string): AuditRecord['event']['id'] => ({ code, system: 'DCM', display });
const ihe = (code: string, display: string): AuditRecord['event']['id'] => ({
  code,
  system: 'IHE Transactions',
  display,
});

const APPLICATION_ACTIVITY = dcm('110100', 'Application Activity');

/** Kinds of acts (identity-security §8): codes of DICOM PS3.16 CID 400 and of the IHE transactions they resemble. */
export const AUDIT_EVENTS = {
  applicationStart: { id: APPLICATION_ACTIVITY, types: [dcm('110120', 'Application Start')], action: 'E' },
  applicationStop: { id: APPLICATION_ACTIVITY, types: [dcm('110121', 'Application Stop')], action: 'E' },
  reportReceived: { id: dcm('110107', 'Import'), types: [ihe('RAD-128', 'Send Imaging Result')], action: 'C' },
  /** Published or failed, told apart by the outcome. */
  kosExported: {
    id: dcm('110106', 'Export'),
    types: [ihe('ITI-41', 'Provide and Register Document Set-b')],
    action: 'R',
  },
  kosUpdated: { id: dcm('110106', 'Export'), types: [ihe('ITI-57', 'Update Document Set')], action: 'U' },
  /** Images taken out of a PACS, for whoever asked: the door that gave them to somebody has its own record. */
  pacsRetrieved: { id: dcm('110104', 'DICOM Instances Transferred'), types: [], action: 'R' },
  /** Images given to another DRIMbox, or refused to it, told apart by the outcome (DB.SO.46, .47, .90). */
  imagesGiven: {
    id: dcm('110104', 'DICOM Instances Transferred'),
    types: [ihe('ITI-43', 'Retrieve Document Set')],
    action: 'R',
  },
  /** A professional or a patient at the viewer's door; failed or not, told apart by the outcome. */
  userLogin: { id: dcm('110114', 'User Authentication'), types: [dcm('110122', 'Login')], action: 'E' },
  userLogout: { id: dcm('110114', 'User Authentication'), types: [dcm('110123', 'Logout')], action: 'E' },
  /** A professional with several situations d'exercice said in which one to go on. */
  situationChosen: {
    id: dcm('110114', 'User Authentication'),
    types: [dcm('110136', 'Security Roles Changed')],
    action: 'E',
  },
  /** The link of a report was followed: the exam opened, or refused. */
  viewOpened: { id: dcm('110103', 'DICOM Instances Accessed'), types: [], action: 'R' },
  /** An exam taken away as a ZIP with its DICOMDIR. */
  examExported: { id: dcm('110106', 'Export'), types: [], action: 'R' },
  pacsQueried: { id: dcm('110112', 'Query'), types: [], action: 'E' },
  /** What an operator had done to an exam, a version or an event given up; the act is named in the detail. */
  operatorAct: { id: APPLICATION_ACTIVITY, types: [], action: 'E' },
  archiveSearched: { id: dcm('110112', 'Query'), types: [], action: 'E' },
  archiveRead: { id: dcm('110103', 'DICOM Instances Accessed'), types: [], action: 'R' },
  securityAlert: { id: dcm('110113', 'Security Alert'), types: [], action: 'E' },
} as const satisfies Record<string, EventKind>;

export type AuditEventName = keyof typeof AUDIT_EVENTS;

export const OUTCOME = { success: 0, minorFailure: 4, seriousFailure: 8, majorFailure: 12 } as const;
