import { type Failure, failure, type FoundStudy, type Order, type Report } from '@drimbox/contracts';

/** The order of the report that belongs to the study, or why no KOS may be built (drimbox-rules §3.1). */
export type OrderMatch = { ok: true; order: Order } | { ok: false; failure: Failure };

/**
 * The report's header does not link orders to studies (interop §3.2), so the PACS's accession number chooses.
 * An identifier absent on either side is not a mismatch: the KOS then carries what is known.
 */
export function matchOrder(report: Report, study: FoundStudy): OrderMatch {
  const declared = report.orders.filter((order) => order.accession?.extension);
  if (study.accession && declared.length > 0) {
    const order = declared.find((candidate) => candidate.accession?.extension === study.accession);
    return order ? { ok: true, order } : { ok: false, failure: failure('DRIM-401') };
  }
  // The PACS gives no accession number: only a report with a single order says which one it is.
  return { ok: true, order: report.orders.length === 1 ? (report.orders[0] ?? {}) : {} };
}

/** Local patient id: the report's IPP against the PACS's PatientID, when both are known. */
export function matchPatient(report: Report, study: FoundStudy): Failure | undefined {
  const ipp = report.patient.ipp?.value;
  return ipp && study.patientId && ipp !== study.patientId ? failure('DRIM-402') : undefined;
}
