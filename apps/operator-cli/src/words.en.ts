import type { Words } from './words.js';

export const ENGLISH: Words = {
  operatorUsage:
    'Usage: npm run operator -- retry EXAM | release EXAM | replay VERSION | dead-letters | replay-letter LETTER\n' +
    '       speed-test LINK | speed-tests LINK\n' +
    '       [--as ACCOUNT] [--url https://kos-publisher] [--pacs-url https://pacs-bridge] [--tls-dir FOLDER] [--en]\n' +
    'Exit codes: 0 done, 1 refused or unknown, 2 wrong use, 3 no usable answer of the service.',
  whyUsage:
    'Usage: npm run why -- ID [--as ACCOUNT] [--url https://kos-publisher] [--tls-dir FOLDER] [--en]\n' +
    'ID: exam, report or version (UUID), Study UID, UID of the KOS, id of the CDA document (root or root^extension).\n' +
    'Exit codes: 0 told, 1 unknown or refused, 2 wrong use, 3 no usable answer of the service.',
  badAccount: '--as: a local account (letters, digits, . _ - @; 64 characters at most), kept by the audit.',
  noServices:
    'No DRIMbox runs here (.drimbox/run.json): give --url and --tls-dir, or DRIMBOX_PEER_KOS_PUBLISHER_URL and DRIMBOX_OPERATOR_TLS_DIR.',
  badUrl: '--url, --pacs-url: the https:// address of kos-publisher, of pacs-bridge.',
  noIdentity: (fault) => `The operators' identity cannot be used (ca.pem, cert.pem, key.pem of admin): ${fault}`,
  badCommand: 'Unreadable command or id.',
  oneId: 'Give one id, and one only.',
  detail: (detail) => ` (${detail})`,
  examAsked: (act, exam) =>
    act === 'retry' ? `Exam ${exam}: worked again at once.` : `Exam ${exam}: released, it will be published anew.`,
  replayed: {
    present: 'The version is in the DMP: nothing to do.',
    resent: 'The version is not in the DMP: it is sent again as it is.',
  },
  letterHandled: 'The event is handled.',
  noLetters: 'No event was given up.',
  moreExams: 'Other exams are concerned; ask by exam.',
  speedTestBegun: (link, study) => `Speed test of ${link} begun, on study ${study}.`,
  noSpeedTest: 'No speed test yet.',
  speedTest: (report) =>
    report.state === 'running'
      ? `running: ${report.instances}${report.expectedInstances === undefined ? '' : ` of ${report.expectedInstances}`} images, ${report.bytes} bytes`
      : `${{ complete: 'complete', incomplete: 'incomplete', failed: 'failed' }[report.outcome]}${report.code === undefined ? '' : ` (${report.code})`}: ${report.megabitsPerSecond} Mb/s, first image after ${report.millisecondsToFirst ?? '-'} ms, ${report.instances} images, ${report.bytes} bytes in ${report.milliseconds} ms, ${report.transferSyntaxes.join(', ')}`,

  exam: (study, site, pacsLink) => `Exam ${study} (${site}, ${pacsLink})`,
  state: 'State:',
  cause: 'Cause:',
  nextAttempt: (at, attempts) => `Next attempt: ${at} (attempts made: ${attempts})`,
  noAttempt: 'Next attempt: none by itself; it takes news of the RIS or of the PACS, or the operator',
  none: 'nothing',
  reports: 'What the reports say',
  report: 'report',
  received: 'received',
  live: 'live',
  notLive: 'withdrawn, or no longer about the exam',
  wanted: 'What the DMP should show',
  wantedKinds: {
    nothing: 'nothing: no live report',
    conflict: 'undecidable: the live reports name two patients',
  },
  pointerFrom: 'a pointer built from report',
  inDmp: 'Versions of the pointer',
  version: (number) => `version ${number}: KOS`,
  replaces: (number) => `replaces version ${number ?? '?'}`,
  noOutcome: 'no known outcome',
  plan: 'What remains to be done',
  held: ' — held: the same search failed, it takes a change or an operator',
  waiting: 'Requests kept',
  steps: 'Steps',
  visible: 'visible',
  flags: {
    masquePs: 'hidden from professionals',
    invisiblePatient: 'invisible to the patient',
    invisibleRepresentants: 'invisible to legal representatives',
  },
  states: {
    none: 'no report',
    searching: 'the PACS has to be asked',
    absent: 'the PACS does not hold the study',
    mismatched: 'report and PACS differ',
    unbuildable: 'a datum or a certificate is missing',
    sending: 'a version waits for the DMP',
    refused: 'refused by the DMP',
    published: 'published',
    replacing: 'published, a change waits',
    withdrawing: 'has to leave the DMP',
    withdrawn: 'withdrawn from the DMP',
    lost: 'deleted directly in the DMP',
    conflicting: 'two patients for one study',
  },
  operations: { new: 'new', replace: 'replacement', withdraw: 'withdrawal' },
  versionStates: {
    frozen: 'archived, to be sent since',
    refused: 'refused by the DMP',
    approved: 'in the DMP since',
    replaced: 'replaced in the DMP',
    deleted: 'deleted from the DMP',
    lost: 'deleted in the DMP by others, seen',
    discarded: 'never sent, overtaken',
  },
  contacts: { send: 'send', look: 'look', delete: 'deletion' },
  outcomes: {
    accepted: 'accepted',
    refused: 'refused',
    'not-sent': 'nothing done',
    unknown: 'unknown outcome',
    found: 'found',
    'not-found': 'not found',
  },
  planned: {
    look: (version) => `ask the DMP whether it has version ${version ?? '?'}`,
    discard: (version) => `set version ${version ?? '?'} aside, overtaken`,
    delete: (version) => `delete version ${version ?? '?'} from the DMP`,
    send: (version) => `send version ${version ?? '?'}`,
    build: (version) =>
      `ask the PACS and build a version${version === undefined ? '' : ` that replaces version ${version}`}`,
  },
};
