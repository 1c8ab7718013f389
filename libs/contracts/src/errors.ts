import { entry, type ErrorEntry } from './error-entry.js';
import { TRUST_ERRORS } from './errors-of-trust.js';

export type { ErrorEntry } from './error-entry.js';

/** The one table of expected failures; its part 7xx is in a file of its own. */
export const ERRORS = {
  // 1xx — the service itself
  'DRIM-100': entry('error', false, 500, 'Erreur interne', 'Internal error'),
  'DRIM-101': entry('error', false, 500, 'Configuration invalide', 'Invalid configuration'),
  'DRIM-102': entry('warn', false, 400, 'Requête invalide', 'Invalid request'),
  'DRIM-103': entry('warn', false, 404, 'Ressource inconnue', 'Unknown resource'),
  'DRIM-104': entry('warn', false, 403, 'Appelant non autorisé', 'Caller not allowed'),
  'DRIM-105': entry('error', true, 503, 'Base de données indisponible', 'Database unavailable'),
  'DRIM-106': entry('warn', true, 503, 'Service interne indisponible', 'Internal service unavailable'),
  'DRIM-107': entry('error', false, 500, 'Réglage de base de données dangereux', 'Unsafe database setting'),
  'DRIM-108': entry('warn', false, 409, "Rien à faire dans l'état présent", 'Nothing to do in the present state'),

  // 2xx — HL7 and CDA reception
  'DRIM-200': entry('warn', false, 400, 'Trame MLLP illisible', 'Unreadable MLLP frame'),
  'DRIM-201': entry('warn', false, 413, 'Message trop volumineux', 'Message too large'),
  'DRIM-202': entry('warn', false, 400, 'Message HL7 mal formé', 'Malformed HL7 message'),
  'DRIM-203': entry('warn', false, 400, 'Type de message non pris en charge', 'Unsupported message type'),
  'DRIM-204': entry('warn', false, 400, 'Version HL7 non prise en charge', 'Unsupported HL7 version'),
  'DRIM-205': entry('warn', false, 400, 'Jeu de caractères non pris en charge', 'Unsupported character set'),
  'DRIM-206': entry('warn', false, 400, 'Champ obligatoire absent', 'Required field missing'),
  'DRIM-207': entry('warn', false, 400, 'Événement, ORC-1 et OBX-11 incohérents', 'Event, ORC-1 and OBX-11 disagree'),
  'DRIM-208': entry('warn', false, 400, 'Document CDA illisible', 'Unreadable CDA document'),
  'DRIM-209': entry('warn', false, 400, 'Base64 du document endommagé', 'Damaged base64 of the document'),
  'DRIM-210': entry('warn', false, 400, 'Identités du PID et du CDA différentes', 'PID and CDA identities differ'),
  'DRIM-211': entry('warn', false, 400, 'Identité non qualifiée (INS absent)', 'Identity not qualified (no INS)'),
  'DRIM-212': entry('warn', false, 400, 'Émetteur non déclaré', 'Undeclared sender'),
  'DRIM-213': entry(
    'info',
    false,
    200,
    "Document qui n'est pas un compte rendu d'imagerie",
    'Document that is not an imaging report',
  ),
  'DRIM-214': entry(
    'warn',
    false,
    400,
    "Aucun examen dans le compte rendu d'imagerie",
    'No study in the imaging report',
  ),
  'DRIM-215': entry(
    'info',
    false,
    200,
    'Acquittement reçu, jamais acquitté',
    'Acknowledgement received, never acknowledged',
  ),
  'DRIM-216': entry('info', false, 200, 'Rembourrage base64 fautif, toléré', 'Wrong base64 padding, tolerated'),
  'DRIM-217': entry(
    'info',
    false,
    200,
    'Message répété : premier acquittement renvoyé',
    'Repeated message: first acknowledgement sent again',
  ),
  'DRIM-218': entry(
    'info',
    false,
    200,
    'Identifiant de message réutilisé pour un autre contenu',
    'Message control id reused for other content',
  ),
  'DRIM-219': entry('warn', true, 503, 'Réception momentanément impossible', 'Reception momentarily impossible'),
  'DRIM-220': entry('warn', false, 400, 'Champ HL7 de valeur interdite', 'HL7 field holds a forbidden value'),
  'DRIM-221': entry('warn', false, 400, 'INS de test refusé en production', 'Test INS refused in production'),
  'DRIM-222': entry('warn', false, 400, 'Structure émettrice absente (PRT)', 'Sending organisation missing (PRT)'),
  'DRIM-223': entry(
    'info',
    false,
    200,
    'Message valide qui ne concerne pas la DRIMbox',
    'Valid message that does not concern the DRIMbox',
  ),

  // 3xx — PACS
  'DRIM-300': entry('warn', true, 503, 'PACS injoignable', 'PACS unreachable'),
  'DRIM-301': entry('warn', true, 504, 'PACS sans réponse dans le délai', 'PACS gave no answer in time'),
  'DRIM-302': entry('warn', true, 502, 'Association refusée par le PACS', 'Association refused by the PACS'),
  'DRIM-303': entry('warn', true, 502, 'Recherche refusée par le PACS', 'Query refused by the PACS'),
  'DRIM-304': entry('error', false, 502, 'Réponse du PACS inexploitable', 'Unusable PACS answer'),
  'DRIM-305': entry('warn', true, 429, "File d'attente du PACS pleine", 'PACS queue full'),
  'DRIM-306': entry('error', false, 404, 'PACS inconnu du registre', 'PACS unknown to the registry'),

  'DRIM-307': entry('warn', false, 404, 'Images absentes du PACS', 'Images absent from the PACS'),
  'DRIM-308': entry('warn', true, 502, 'Récupération incomplète', 'Incomplete retrieval'),
  'DRIM-309': entry('info', true, 503, 'PACS en maintenance programmée', 'PACS in planned maintenance'),
  'DRIM-310': entry('warn', true, 503, 'PACS en panne : laissé au repos', 'PACS failing: left alone for a while'),
  'DRIM-311': entry('error', true, 507, "Espace d'images plein", 'Image spool full'),
  'DRIM-312': entry('warn', true, 408, 'Lecteur trop lent : coupé', 'Reader too slow: cut'),
  'DRIM-313': entry('warn', false, 409, 'Objet DICOM que personne n’a demandé', 'DICOM object that nobody asked for'),
  'DRIM-314': entry('error', true, 502, 'Récupération refusée par le PACS', 'Retrieval refused by the PACS'),
  'DRIM-315': entry('info', true, 499, 'Récupération abandonnée : plus de lecteur', 'Retrieval ended: nobody reads it'),
  'DRIM-316': entry('warn', true, 503, 'PACS servi par une autre instance', 'PACS link owned by another instance'),
  'DRIM-317': entry('warn', false, 409, 'Aucune étude de référence déclarée', 'No reference study declared'),
  'DRIM-318': entry(
    'warn',
    false,
    200,
    "Syntaxe ou volume différents de l'attendu",
    'Syntax or volume differ from what is expected',
  ),
  'DRIM-319': entry(
    'error',
    false,
    409,
    "Objet différent de ce qu'il annonce",
    'Object differs from what it announces',
  ),

  // 4xx — building the pointer
  'DRIM-400': entry('warn', true, 404, 'Examen absent du PACS', 'Study absent from the PACS'),
  'DRIM-401': entry(
    'warn',
    false,
    409,
    "Numéro d'accession différent du PACS",
    'Accession number differs from the PACS',
  ),
  'DRIM-402': entry(
    'warn',
    false,
    409,
    'Identifiant patient local différent du PACS',
    'Local patient id differs from the PACS',
  ),
  'DRIM-403': entry('error', false, 500, 'KOS impossible à construire', 'KOS cannot be built'),
  'DRIM-404': entry('error', false, 409, 'Aucun certificat pour la structure', 'No certificate for the organisation'),
  'DRIM-405': entry('info', false, 200, 'Structures du CDA et du PRT différentes', 'CDA and PRT organisations differ'),
  'DRIM-406': entry('info', false, 200, 'Compte rendu déjà connu', 'Report already known'),
  'DRIM-407': entry('info', false, 200, 'Demande conservée, pas encore exécutée', 'Request kept, not yet carried out'),
  'DRIM-408': entry(
    'error',
    false,
    409,
    'Aucune structure exploitable dans le compte rendu',
    'No usable organisation in the report',
  ),
  'DRIM-409': entry(
    'error',
    false,
    409,
    'Examen déjà rattaché à un autre patient',
    'Study already tied to another patient',
  ),
  'DRIM-410': entry(
    'error',
    false,
    409,
    'Métadonnée obligatoire absente du compte rendu',
    'Mandatory metadata missing from the report',
  ),

  // 5xx — DMP
  'DRIM-500': entry('warn', true, 503, 'DMP injoignable', 'DMP unreachable'),
  'DRIM-501': entry('warn', true, 504, 'DMP sans réponse dans le délai', 'DMP gave no answer in time'),
  'DRIM-502': entry('error', false, 502, 'Publication refusée par le DMP', 'Publication refused by the DMP'),
  'DRIM-503': entry('error', false, 502, 'Jeton VIHF refusé par le DMP', 'VIHF refused by the DMP'),
  'DRIM-504': entry(
    'error',
    false,
    409,
    'Document du même identifiant et de contenu différent au DMP',
    'Same uniqueId with other content in the DMP',
  ),
  'DRIM-505': entry('warn', true, 502, 'Réponse du DMP inexploitable', 'Unusable DMP answer'),
  'DRIM-506': entry('warn', true, 503, 'DMP momentanément indisponible', 'DMP momentarily busy'),
  'DRIM-507': entry('warn', false, 409, 'Pointeur supprimé directement au DMP', 'Pointer deleted directly in the DMP'),
  'DRIM-508': entry(
    'warn',
    false,
    409,
    'Version supprimée ou remplacée au DMP : jamais renvoyée',
    'Version deleted or replaced in the DMP: never sent again',
  ),
  'DRIM-509': entry(
    'warn',
    false,
    409,
    "La version qu'elle remplace n'est plus au DMP : renvoi à l'identique impossible",
    'The version that it replaces is no longer in the DMP: it cannot be sent again as it is',
  ),

  // 6xx — bus
  'DRIM-600': entry('error', false, 500, 'Événement illisible', 'Unreadable event'),
  'DRIM-601': entry('error', false, 500, 'Événement abandonné après ses essais', 'Event given up after its attempts'),
  'DRIM-602': entry('error', false, 500, 'Événement qui arrête le service', 'Event that kills the service'),

  ...TRUST_ERRORS,
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof ERRORS;

/** An expected failure as a value: returned, stored and shown; never thrown. `detail` holds no patient trait. */
export interface Failure {
  readonly code: ErrorCode;
  readonly detail?: string;
}

export const failure = (code: ErrorCode, detail?: string): Failure =>
  detail === undefined ? { code } : { code, detail };

export const isErrorCode = (value: string): value is ErrorCode => Object.hasOwn(ERRORS, value);

/** An expected failure on its way to the edge of a service, where it becomes the wire form. */
export class DrimError extends Error {
  constructor(
    readonly code: ErrorCode,
    readonly detail?: string,
    options?: ErrorOptions,
  ) {
    super(`${code} ${ERRORS[code].en}${detail ? `: ${detail}` : ''}`, options);
    this.name = 'DrimError';
  }
}
