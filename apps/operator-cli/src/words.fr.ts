import type { Words } from './words.js';

export const FRENCH: Words = {
  operatorUsage:
    'Usage : npm run operator -- retry EXAMEN | release EXAMEN | replay VERSION | dead-letters | replay-letter LETTRE\n' +
    '        speed-test LIEN | speed-tests LIEN\n' +
    '        [--as COMPTE] [--url https://kos-publisher] [--pacs-url https://pacs-bridge] [--tls-dir DOSSIER] [--en]\n' +
    'Codes de sortie : 0 fait, 1 refusé ou inconnu, 2 mauvais usage, 3 service sans réponse exploitable.',
  whyUsage:
    'Usage : npm run why -- ID [--as COMPTE] [--url https://kos-publisher] [--tls-dir DOSSIER] [--en]\n' +
    'ID : examen, compte rendu ou version (UUID), Study UID, UID du KOS, identifiant du document CDA (racine ou racine^extension).\n' +
    'Codes de sortie : 0 raconté, 1 inconnu ou refusé, 2 mauvais usage, 3 service sans réponse exploitable.',
  badAccount: "--as : un compte local (lettres, chiffres, . _ - @ ; 64 caractères au plus), repris par l'audit.",
  noServices:
    'Aucune DRIMbox ne tourne ici (.drimbox/run.json) : donner --url et --tls-dir, ou DRIMBOX_PEER_KOS_PUBLISHER_URL et DRIMBOX_OPERATOR_TLS_DIR.',
  badUrl: "--url, --pacs-url : l'adresse https:// de kos-publisher, de pacs-bridge.",
  noIdentity: (fault) => `Identité des opérateurs inutilisable (ca.pem, cert.pem, key.pem au nom de admin) : ${fault}`,
  badCommand: 'Commande ou identifiant illisible.',
  oneId: 'Donner un identifiant, un seul.',
  detail: (detail) => ` (${detail})`,
  examAsked: (act, exam) =>
    act === 'retry' ? `Examen ${exam} : repris tout de suite.` : `Examen ${exam} : libéré, il sera publié de nouveau.`,
  replayed: {
    present: 'La version est au DMP : rien à faire.',
    resent: "La version n'est pas au DMP : elle est renvoyée à l'identique.",
  },
  letterHandled: "L'événement est traité.",
  noLetters: 'Aucun événement abandonné.',
  moreExams: "D'autres examens sont concernés ; demander par examen.",
  speedTestBegun: (link, study) => `Test de débit de ${link} commencé, sur l'étude ${study}.`,
  noSpeedTest: 'Aucun test de débit.',
  speedTest: (report) =>
    report.state === 'running'
      ? `en cours : ${report.instances}${report.expectedInstances === undefined ? '' : ` sur ${report.expectedInstances}`} images, ${report.bytes} octets`
      : `${{ complete: 'complet', incomplete: 'incomplet', failed: 'échoué' }[report.outcome]}${report.code === undefined ? '' : ` (${report.code})`} : ${report.megabitsPerSecond} Mb/s, première image après ${report.millisecondsToFirst ?? '-'} ms, ${report.instances} images, ${report.bytes} octets en ${report.milliseconds} ms, ${report.transferSyntaxes.join(', ')}`,

  exam: (study, site, pacsLink) => `Examen ${study} (${site}, ${pacsLink})`,
  state: 'État :',
  cause: 'Cause :',
  nextAttempt: (at, attempts) => `Prochain essai : ${at} (essais faits : ${attempts})`,
  noAttempt: "Prochain essai : aucun de lui-même ; il faut une nouvelle du RIS ou du PACS, ou l'opérateur",
  none: 'rien',
  reports: 'Ce que disent les comptes rendus',
  report: 'compte rendu',
  received: 'reçu',
  live: 'vivant',
  notLive: "retiré, ou ne porte plus sur l'examen",
  wanted: 'Ce que le DMP doit montrer',
  wantedKinds: {
    nothing: 'rien : aucun compte rendu vivant',
    conflict: 'indécidable : les comptes rendus vivants nomment deux patients',
  },
  pointerFrom: 'un pointeur construit depuis le compte rendu',
  inDmp: 'Versions du pointeur',
  version: (number) => `version ${number} : KOS`,
  replaces: (number) => `remplace la version ${number ?? '?'}`,
  noOutcome: 'sans issue connue',
  plan: 'Ce qui reste à faire',
  held: ' — suspendu : la même recherche a échoué, il faut un changement ou un opérateur',
  waiting: 'Demandes conservées',
  steps: 'Étapes',
  visible: 'visible',
  flags: {
    masquePs: 'masqué aux professionnels',
    invisiblePatient: 'invisible au patient',
    invisibleRepresentants: 'invisible aux représentants légaux',
  },
  states: {
    none: 'aucun compte rendu',
    searching: 'le PACS doit être interrogé',
    absent: "le PACS n'a pas l'examen",
    mismatched: 'le compte rendu et le PACS diffèrent',
    unbuildable: 'une donnée ou un certificat manque',
    sending: 'une version attend le DMP',
    refused: 'refusé par le DMP',
    published: 'publié',
    replacing: 'publié, un changement attend',
    withdrawing: 'doit quitter le DMP',
    withdrawn: 'retiré du DMP',
    lost: 'supprimé directement au DMP',
    conflicting: 'deux patients pour un examen',
  },
  operations: { new: 'nouveau', replace: 'remplacement', withdraw: 'retrait' },
  versionStates: {
    frozen: 'archivée, à envoyer depuis',
    refused: 'refusée par le DMP',
    approved: 'au DMP depuis',
    replaced: 'remplacée au DMP',
    deleted: 'supprimée du DMP',
    lost: "supprimée au DMP par d'autres, constaté",
    discarded: 'jamais envoyée, dépassée',
  },
  contacts: { send: 'envoi', look: 'recherche', delete: 'suppression' },
  outcomes: {
    accepted: 'accepté',
    refused: 'refusé',
    'not-sent': 'rien fait',
    unknown: 'issue inconnue',
    found: 'trouvé',
    'not-found': 'non trouvé',
  },
  planned: {
    look: (version) => `demander au DMP s'il a la version ${version ?? '?'}`,
    discard: (version) => `écarter la version ${version ?? '?'}, dépassée`,
    delete: (version) => `supprimer la version ${version ?? '?'} du DMP`,
    send: (version) => `envoyer la version ${version ?? '?'}`,
    build: (version) =>
      `interroger le PACS et construire une version${version === undefined ? '' : ` qui remplace la ${version}`}`,
  },
};
