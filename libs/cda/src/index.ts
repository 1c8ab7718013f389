export type {
  Code,
  DocumentHeader,
  Identifier,
  Order,
  Organization,
  Participant,
  Patient,
  Person,
  ReportCda,
  ReportStudy,
} from './header/types.js';
export { INS_PATH } from './header/patient.js';
export { DEFAULT_CDA_LIMITS, type CdaFailure, type CdaLimits } from './limits.js';
export { readReportCda, type ReportCdaResult } from './read-report-cda.js';
