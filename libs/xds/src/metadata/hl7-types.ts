import {
  PERSON_AUTHORITY,
  PERSON_NAME_AND_ID_TYPE,
  STRUCTURE_AUTHORITY,
  STRUCTURE_ID_TYPE,
  SYSTEM_NAME_AND_ID_TYPE,
} from '../xds-constants.js';

/**
 * HL7 v2 data types inside XDS metadata (ITI TF-3 §4.2.3.1.7). A value from outside must never make a component:
 * in a name a delimiter becomes a space (readers would show an escape as it stands); an identifier must stay exact,
 * so its delimiters become HL7 escapes (HL7 v2.5 §2.7.1).
 */
const MAX_NAME = 80;

export interface Person {
  /** National identifier with its prefix (PS_IdNat). */
  readonly id: string;
  readonly family?: string;
  readonly given?: string;
}

export interface Structure {
  /** National identifier with its prefix (Struct_IdNat). */
  readonly id: string;
  readonly name: string;
}

export interface Identifier {
  readonly id: string;
  /** OID of the assigning authority. */
  readonly authority?: string;
}

/** A name or label as one component: no delimiter, no control character, at most 80 characters. */
export const nameComponent = (value: string): string =>
  [
    ...value
      .replace(/[\p{Cc}\p{Cs}|^~\\&]+/gu, ' ')
      .replace(/\s+/g, ' ')
      .trim(),
  ]
    .slice(0, MAX_NAME)
    .join('');

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\E\\',
  '|': '\\F\\',
  '^': '\\S\\',
  '&': '\\T\\',
  '~': '\\R\\',
};

/** An identifier as one component, exact and escaped. */
export const idComponent = (value: string): string =>
  value.replace(/[\\|^&~]/g, (character) => ESCAPES[character] ?? character);

const authority = (oid: string): string => `&${idComponent(oid)}&ISO`;

const xcn = (person: Person, type: { readonly name: string; readonly id: string }): string =>
  `${idComponent(person.id)}^${nameComponent(person.family ?? '')}^${nameComponent(person.given ?? '')}` +
  `^^^^^^${authority(PERSON_AUTHORITY)}^${type.name}^^^${type.id}`;

/** XCN of a professional: `id^nom^prénom^^^^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS`. */
export const personXcn = (person: Person): string => xcn(person, PERSON_NAME_AND_ID_TYPE);

/** XCN of a system: `id^name^vendor^^^^^^&1.2.250.1.71.4.2.1&ISO^U^^^EI`. */
export const systemXcn = (id: string, name: string, vendor: string): string =>
  xcn({ id, family: name, given: vendor }, SYSTEM_NAME_AND_ID_TYPE);

/** XON: `name^^^^^&1.2.250.1.71.4.2.2&ISO^IDNST^^^id`. */
export const structureXon = (structure: Structure): string =>
  `${nameComponent(structure.name)}^^^^^${authority(STRUCTURE_AUTHORITY)}^${STRUCTURE_ID_TYPE}^^^${idComponent(structure.id)}`;

/** CX: `id^^^&authority&ISO^type`; type NH for the INS, PI for a local id. */
export const cx = (identifier: Identifier, type: 'NH' | 'PI'): string =>
  `${idComponent(identifier.id)}^^^${identifier.authority === undefined ? '' : authority(identifier.authority)}^${type}`;

const REFERENCE_TYPES = {
  accession: 'urn:ihe:iti:xds:2013:accession',
  order: 'urn:ihe:iti:xds:2013:order',
  study: 'urn:ihe:iti:xds:2016:studyInstanceUID',
} as const;

/** CXi of referenceIdList (ITI TF-3 §4.2.3.2.28). */
export const referenceId = (identifier: Identifier, type: keyof typeof REFERENCE_TYPES): string =>
  `${idComponent(identifier.id)}^^^${identifier.authority === undefined ? '' : authority(identifier.authority)}^${REFERENCE_TYPES[type]}`;
