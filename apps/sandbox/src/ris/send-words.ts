import { TABLE_0357, type ReceivedError } from '@drimbox/hl7';

export type Language = 'fr' | 'en';

/** All the tool says, in one language. */
export interface Words {
  readonly usage: string;
  readonly oneFile: string;
  readonly badWait: string;
  readonly noAddress: string;
  readonly badAddress: (address: string) => string;
  readonly unreadableFile: (reason: string) => string;
  readonly unreachable: (address: string, reason: string) => string;
  readonly noAnswer: (reason: string) => string;
  readonly unreadableAnswer: (reason: string) => string;
  readonly otherMessage: (got: string, sent: string) => string;
  readonly unknownCode: string;
  /** MSA-1. */
  readonly codes: Readonly<Record<string, string>>;
  /** ERR-4. */
  readonly severities: Readonly<Record<string, string>>;
  /** ERR-3.1 */
  readonly errors: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, string>>;
  readonly nth: (n: string) => string;
  readonly component: (n: string) => string;
}

export const WORDS: Readonly<Record<Language, Words>> = {
  fr: {
    usage:
      'Usage : npm run send -- FICHIER [--to hôte:port] [--tls] [--ca PEM] [--cert PEM --key PEM] [--servername NOM]\n' +
      '        [--normalise] (fins de segment LF ou CRLF remplacées par CR) [--wait SECONDES] [--en]',
    oneFile: 'Donner un fichier HL7, un seul.',
    badWait: '--wait : un nombre de secondes, 3600 au plus.',
    noAddress: 'Aucune DRIMbox ne tourne ici (.drimbox/run.json) : donner --to hôte:port.',
    badAddress: (address) => `Adresse illisible : ${address} (attendu hôte:port).`,
    unreadableFile: (reason) => `Fichier illisible : ${reason}`,
    unreachable: (address, reason) => `${address} ne répond pas : ${reason}`,
    noAnswer: (reason) => `Aucun acquittement : ${reason}`,
    unreadableAnswer: (reason) => `Réponse qui n'est pas un acquittement lisible : ${reason}`,
    otherMessage: (got, sent) =>
      `Attention : l'acquittement porte sur le message « ${got} », l'envoi était « ${sent} ».`,
    unknownCode: "code d'acquittement inconnu",
    codes: {
      AA: "message accepté : la DRIMbox en a pris la responsabilité, l'émetteur peut l'oublier",
      AE: 'message refusé : il contient une erreur et serait refusé de nouveau tel quel',
      AR: 'message non pris en charge pour le moment : à renvoyer plus tard, sans le modifier',
    },
    severities: { E: 'erreur', F: 'erreur fatale', W: 'avertissement', I: 'information' },
    errors: {
      '100': 'segment obligatoire absent ou mal placé',
      '101': 'champ obligatoire absent',
      '102': 'valeur de mauvais type',
      '103': 'valeur non permise',
      '198': "nombre d'occurrences non permis",
      '199': 'autre erreur HL7',
      '200': 'type de message non pris en charge',
      '201': 'événement non pris en charge',
      '202': 'mode de traitement non pris en charge',
      '203': 'version HL7 non prise en charge',
      '207': "erreur de l'application",
    },
    fields: {
      MSH: 'en-tête du message',
      'MSH-3': 'application émettrice',
      'MSH-4': 'établissement émetteur',
      'MSH-7': 'date du message',
      'MSH-9': 'type de message',
      'MSH-10': 'identifiant du message',
      'MSH-11': 'mode de traitement',
      'MSH-12': 'version HL7',
      'MSH-18': 'jeu de caractères',
      'MSH-21': 'profil du message',
      PID: 'patient',
      'PID-3': 'identifiants du patient (INS, IPP)',
      'PID-5': 'noms du patient',
      'PID-32': "fiabilité de l'identité",
      PV1: 'venue',
      'PV1-2': 'classe de la venue',
      ORC: 'demande',
      'ORC-1': 'intention (NW, RO, CA)',
      OBR: 'acte',
      'OBR-4': 'type de document',
      TXA: 'document',
      'TXA-12': 'identifiant du document',
      OBX: 'document et métadonnées',
      'OBX-5': 'valeur : document en base64, ou Y/N',
      'OBX-11': 'statut (F, C, D)',
      PRT: 'participant',
      'PRT-8': 'structure émettrice',
      IPC: 'examen',
      'IPC-3': 'Study Instance UID',
    },
    nth: (n) => (n === '1' || n === '' ? '' : ` n° ${n}`),
    component: (n) => `composant ${n}`,
  },
  en: {
    usage:
      'Usage: npm run send -- FILE [--to host:port] [--tls] [--ca PEM] [--cert PEM --key PEM] [--servername NAME]\n' +
      '       [--normalise] (segment ends LF or CRLF become CR) [--wait SECONDS] [--en]',
    oneFile: 'Give one HL7 file, only one.',
    badWait: '--wait: a number of seconds, 3600 at most.',
    noAddress: 'No DRIMbox runs here (.drimbox/run.json): give --to host:port.',
    badAddress: (address) => `Unreadable address: ${address} (host:port expected).`,
    unreadableFile: (reason) => `Unreadable file: ${reason}`,
    unreachable: (address, reason) => `${address} does not answer: ${reason}`,
    noAnswer: (reason) => `No acknowledgement: ${reason}`,
    unreadableAnswer: (reason) => `The answer is no acknowledgement that can be read: ${reason}`,
    otherMessage: (got, sent) => `Beware: the acknowledgement is for message "${got}", "${sent}" was sent.`,
    unknownCode: 'unknown acknowledgement code',
    codes: {
      AA: 'message accepted: the DRIMbox has taken responsibility for it, the sender may forget it',
      AE: 'message refused: it holds an error and would be refused again as it is',
      AR: 'message not taken for now: to be sent again later, unchanged',
    },
    severities: { E: 'error', F: 'fatal error', W: 'warning', I: 'information' },
    errors: TABLE_0357,
    fields: {
      MSH: 'message header',
      'MSH-3': 'sending application',
      'MSH-4': 'sending facility',
      'MSH-7': 'time of the message',
      'MSH-9': 'message type',
      'MSH-10': 'message control id',
      'MSH-11': 'processing id',
      'MSH-12': 'HL7 version',
      'MSH-18': 'character set',
      'MSH-21': 'message profile',
      PID: 'patient',
      'PID-3': 'patient identifiers (INS, local)',
      'PID-5': 'patient names',
      'PID-32': 'identity reliability',
      PV1: 'visit',
      'PV1-2': 'patient class',
      ORC: 'order',
      'ORC-1': 'intent (NW, RO, CA)',
      OBR: 'act',
      'OBR-4': 'document type',
      TXA: 'document',
      'TXA-12': 'document id',
      OBX: 'document and metadata',
      'OBX-5': 'value: document in base64, or Y/N',
      'OBX-11': 'status (F, C, D)',
      PRT: 'participant',
      'PRT-8': 'sending organisation',
      IPC: 'study',
      'IPC-3': 'Study Instance UID',
    },
    nth: (n) => (n === '1' || n === '' ? '' : ` #${n}`),
    component: (n) => `component ${n}`,
  },
};

/** One error in plain words: what, where, then the sender's own texts, one line each. */
export function explainError(error: ReceivedError, words: Words): string[] {
  const severity = words.severities[error.severity] ?? error.severity;
  const what = words.errors[error.code0357] ?? error.code0357;
  const where = placeOf(error, words);
  const application = [error.applicationCode, error.applicationText].filter(Boolean).join(' ');
  const lines = [
    `  ${severity} ${error.code0357}: ${what}${where ? ` — ${where}` : ''}`,
    ...[application, error.diagnostic, error.text].filter(Boolean).map((text) => `      ${text}`),
  ];
  return lines.map(plain);
}

/** Without the control characters that could take a terminal over. */
export const plain = (text: string): string => text.replace(/\p{Cc}/gu, ' ');

/** `OBX-5 (valeur…) n° 3, composant 4`: named as far as the location goes. */
function placeOf({ segment, sequence, field, component }: ReceivedError, words: Words): string {
  if (segment === '') return '';
  const key = field === '' ? segment : `${segment}-${field}`;
  const name = words.fields[key];
  const parts = [`${key}${name ? ` (${name})` : ''}${words.nth(sequence)}`];
  if (component !== '') parts.push(words.component(component));
  return parts.join(', ');
}
