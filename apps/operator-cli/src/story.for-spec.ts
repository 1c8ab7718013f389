export const ID = '00000000-0000-4000-8000-000000000001';
const CAUSE = { code: 'DRIM-401', fr: "Numéro d'accession différent du PACS", en: 'Accession differs', detail: null };
export const AT = '2026-01-02T10:15:00.000Z';
const OPEN = {
  masquePs: false,
  invisiblePatient: false,
  invisibleRepresentants: false,
  connexionSecrete: false,
  modifConfCode: false,
};
/** An exam that waits for its PACS to be corrected, as `GET /why/:id` tells it. */
export const STORY = {
  exam: {
    id: ID,
    site: 'site-a',
    pacsLink: 'pacs-a',
    study: '1.2.3',
    state: 'mismatched',
    cause: CAUSE,
    attempts: 0,
    nextAttemptAt: null,
    firstReportAt: AT,
    updatedAt: AT,
    kos: '2.25.1',
    acceptedAt: null,
    reports: 1,
    parked: 0,
    steps: [
      {
        at: AT,
        event: 'report.new',
        from: 'none',
        to: 'none',
        action: 'reconcile',
        cause: null,
        reportId: ID,
        milliseconds: null,
      },
      {
        at: AT,
        event: 'pacs.mismatch',
        from: 'none',
        to: 'mismatched',
        action: 'wait',
        cause: CAUSE,
        reportId: null,
        milliseconds: 3,
      },
    ],
    waiting: [],
  },
  reports: [
    {
      lineage: ID,
      reportId: ID,
      document: '1.2.8.1',
      version: 2,
      operation: 'replace',
      receivedAt: AT,
      live: true,
      visibility: { ...OPEN, masquePs: true },
    },
  ],
  wanted: { kind: 'pointer', visibility: { ...OPEN, masquePs: true }, builtFrom: ID },
  versions: [
    {
      id: ID,
      number: 1,
      kos: '2.25.1',
      state: 'deleted',
      frozenAt: AT,
      stateAt: AT,
      visibility: OPEN,
      reportId: ID,
      replaces: null,
      attempts: [{ operation: 'send', startedAt: AT, endedAt: AT, outcome: 'accepted', cause: null }],
    },
  ],
  plan: [{ kind: 'build', version: null, held: true }],
};
