import { type Failure, failure, type FoundStudy, type Order, type Report } from '@drimbox/contracts';

/** The order of the report that belongs to the study, or why no KOS may be built (drimbox-rules §3.1). */
export type OrderMatch = { ok: true; order: Order } | { ok: false; failure: Failure };

/**
 * The report's header does not link orders to studies (interop §3.2), so the PACS's accession number chooses.
 * An identifier absent on either side is not a mismatch: the KOS then carries what is known, the PACS's own number
 * included when the registry says under which authority it is unique.
 */
export function matchOrder(report: Report, study: FoundStudy, accessionAuthority?: string): OrderMatch {
  const declared = report.orders.filter((order) => order.accession?.extension);
  if (study.accession && declared.length > 0) {
    const order = declared.find((candidate) => candidate.accession?.extension === study.accession);
    return order ? { ok: true, order } : { ok: false, failure: failure('DRIM-401') };
  }
  // No accession number to compare: only a report with a single order says which one it is.
  const order = report.orders.length === 1 ? (report.orders[0] ?? {}) : {};
  if (order.accession?.extension || !study.accession || !accessionAuthority) return { ok: true, order };
  return { ok: true, order: { ...order, accession: { root: accessionAuthority, extension: study.accession } } };
}

/** Local patient id: the report's IPP against the PACS's PatientID, when both are known. */
export function matchPatient(report: Report, study: FoundStudy): Failure | undefined {
  const ipp = report.patient.ipp?.value;
  return ipp && study.patientId && ipp !== study.patientId ? failure('DRIM-402') : undefined;
}
