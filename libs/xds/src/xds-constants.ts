import type { Coded } from './metadata/types.js';

/**
 * Values of the DMP read in samples or secondary sources only (interop §6.4, drimbox-rules §6): likely right, and all in
 * one place for the day the project specification says otherwise. What may well differ by site is in xds-settings.ts.
 */
export const KOS_MIME_TYPE = 'application/dicom';
export const KOS_CLASS: Coded = { code: '31', system: '1.2.250.1.213.1.1.4.1', display: 'Imagerie médicale' };
export const KOS_TYPE: Coded = {
  code: 'IMG-KOS',
  system: '1.2.250.1.213.1.1.4.12',
  display: "Référence d'objets d'un examen d'imagerie",
};
export const KOS_FORMAT: Coded = {
  code: '1.2.840.10008.5.1.4.1.1.88.59',
  system: '1.2.840.10008.2.6.1',
  display: "Document de Références d'objets d'imagerie selon profil IHE RAD XDS-I",
};
export const KOS_LANGUAGE = 'fr-FR';

export const NORMAL: Coded = { code: 'N', system: '2.16.840.1.113883.5.25', display: 'Normal' };
const VISIBILITY = '1.2.250.1.213.1.1.4.13';
export const MASQUE_PS: Coded = {
  code: 'MASQUE_PS',
  system: VISIBILITY,
  display: 'Masqué aux professionnels de santé',
};
export const INVISIBLE_PATIENT: Coded = {
  code: 'INVISIBLE_PATIENT',
  system: VISIBILITY,
  display: 'Non visible par le patient',
};
export const INVISIBLE_REPRESENTANTS: Coded = {
  code: 'INVISIBLE_REPRESENTANTS_LEGAUX',
  system: VISIBILITY,
  display: 'Non visible par les représentants légaux du patient',
};

export const MODALITY_SCHEME = { jdv: '1.2.250.1.213.1.1.5.618', 'ci-sis': '1.2.840.10008.2.16.4' } as const;
export const REGION_SCHEME = { jdv: '1.2.250.1.213.1.1.5.695', 'ci-sis': '2.16.840.1.113883.6.96' } as const;

/** Assigning authorities and identifier types of persons and structures (interop §6.4). */
export const PERSON_AUTHORITY = '1.2.250.1.71.4.2.1';
export const STRUCTURE_AUTHORITY = '1.2.250.1.71.4.2.2';
export const STRUCTURE_ID_TYPE = 'IDNST';
export const PERSON_NAME_AND_ID_TYPE = { name: 'D', id: 'IDNPS' } as const;
export const SYSTEM_NAME_AND_ID_TYPE = { name: 'U', id: 'EI' } as const;

/** The signature document's entry (IHE DSG as the DMP samples carry it). It is hidden from all readers there. */
export const SIGNATURE_MIME_TYPE = 'text/xml';
export const SIGNATURE_LANGUAGE = 'art';
export const SIGNATURE_TITLE = 'Source';
export const SIGNATURE_CLASS: Coded = {
  code: 'urn:oid:1.3.6.1.4.1.19376.1.2.1.1.1',
  system: 'URN',
  display: 'Digital Signature',
};
export const SIGNATURE_TYPE: Coded = { code: 'E1762', system: 'ASTM', display: 'Full Document' };
export const SIGNATURE_FORMAT: Coded = {
  code: 'http://www.w3.org/2000/09/xmldsig#',
  system: 'URN',
  display: 'Default Signature Style',
};
export const SIGNATURE_PURPOSE: Coded = {
  code: '1.2.840.10065.1.12.1.14',
  system: '1.2.840.10065.1.12',
  display: 'Source',
};
export const SIGNATURE_CONFIDENTIALITY: readonly Coded[] = [NORMAL, MASQUE_PS, INVISIBLE_PATIENT];
/** The digest that stands for the submission set itself in the manifest (interop §6.5). */
export const SUBMISSION_SET_DIGEST = 'AA==';

/** VIHF (interop §6.3). */
export const SECTOR_SYSTEM = '1.2.250.1.71.4.2.4';
export const AUTOMATON_ROLE: Coded = { code: 'AUTOMATE', system: '1.2.250.1.213.1.1.4.6', display: 'Automate' };
export const NORMAL_ACCESS: Coded = { code: 'normal', system: '1.2.250.1.213.1.1.4.248', display: 'Acces normal' };
export const NORMAL_ACCESS_SYSTEM_NAME = 'mode acces VIHF 1.0';
export const AUTHN_CONTEXT = {
  automaton: 'urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified',
  professional: 'urn:oasis:names:tc:SAML:2.0:ac:classes:TLSClient',
} as const;
