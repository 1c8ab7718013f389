import { type Act, OUTCOME } from '@drimbox/audit';
import type { Report } from '@drimbox/contracts';
import type { Verdict } from './verdict.js';

/** The audit record of a reception (identity-security §8: "CR received from RIS"); a refusal is a minor failure with its code. */
export function auditOf(
  verdict: Verdict,
  report: Report | undefined,
  { id, site, at, peer }: { id: string; site: string; at: Date; peer: string },
): Act {
  const code = 'code' in verdict ? verdict.code : undefined;
  return {
    kind: 'reportReceived',
    outcome: verdict.outcome === 'refused' ? OUTCOME.minorFailure : OUTCOME.success,
    ...(code && { outcomeDescription: code }),
    at,
    site,
    participants: [
      { userId: (verdict.key.application || peer).slice(0, 120), requestor: true, network: { address: peer } },
      { userId: 'hl7-ingest', requestor: false },
    ],
    objects: [
      { kind: 'message', id },
      ...(report
        ? [
            { kind: 'patient' as const, matricule: report.patient.ins.value, oid: report.patient.ins.oid },
            { kind: 'report' as const, id: report.document.id.root },
            ...report.studies.map(({ uid }) => ({ kind: 'study' as const, uid })),
          ]
        : []),
    ],
    detail: { acknowledgement: verdict.ack, outcome: verdict.outcome, ...(report && { operation: report.operation }) },
  };
}
