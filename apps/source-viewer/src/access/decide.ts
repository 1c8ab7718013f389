import type { ErrorCode, ExamIdentity } from '@drimbox/contracts';
import { type PivotMatch, TEST_INS_OIDS } from '@drimbox/identity';
import { namesDocument, type ReportLink } from '../link/read-link.js';
import type { KnownExam } from '../projection/projection.repository.js';

export interface AccessFacts {
  readonly link: ReportLink;
  readonly exam: KnownExam | undefined;
  /** Undefined: no pointer is in force. */
  readonly identity: ExamIdentity | undefined;
  readonly visitor: Visitor;
}

export type Visitor =
  | { readonly kind: 'professional'; /** Of a profession that may see images. */ readonly allowed: boolean }
  | {
      readonly kind: 'patient';
      /** Undefined when there is no identity to compare with. */ readonly match: PivotMatch | undefined;
    };

export interface AccessRules {
  /** Does a link of an earlier version of the report open? */
  readonly formerReports: boolean;
  readonly production: boolean;
}

/** `cause` and `code` are for the journal alone: whoever is refused is told the same thing, whatever it is. */
export type Decision = { readonly ok: true } | { readonly ok: false; readonly cause: string; readonly code: ErrorCode };

const refuse = (cause: string, code: ErrorCode = 'DRIM-709'): Decision => ({ ok: false, cause, code });

/** May this visitor see the exam of this link (DSR §3.2.1, DB.VI-SO.08, .114, .152)? Denies unless everything agrees. */
export function decide({ link, exam, identity, visitor }: AccessFacts, rules: AccessRules): Decision {
  if (!exam) return refuse('unknown study');
  if (!exam.shown) return refuse('withdrawn');
  if (!identity) return refuse('no pointer in force');
  if (rules.production && TEST_INS_OIDS.includes(identity.patient.oid)) return refuse('test identity in production');
  if (!identity.accessions.includes(link.accession)) return refuse('accession number');
  const named = documentOf(link, identity);
  if (named === undefined) return refuse('report');
  if (named === 'former' && !rules.formerReports) return refuse('earlier version of the report');
  if (visitor.kind === 'professional') return visitor.allowed ? { ok: true } : refuse('profession', 'DRIM-707');
  if (exam.invisibleToSubject) return refuse('invisible to the patient');
  if (!visitor.match) return refuse('identity not compared');
  return visitor.match.ok ? { ok: true } : refuse(`identity: ${visitor.match.reason}`);
}

function documentOf({ document }: ReportLink, { documents }: ExamIdentity): 'current' | 'former' | undefined {
  if (documents.current.some((key) => namesDocument(document, key))) return 'current';
  return documents.former.some((key) => namesDocument(document, key)) ? 'former' : undefined;
}
