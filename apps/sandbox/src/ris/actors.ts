/** Who reports, signs and sends. All fictive, in the form of the national examples. */
export interface TestPerson {
  /** PS_IdNat: a digit for the kind (8 = RPPS), then the number. */
  readonly id: string;
  readonly family: string;
  readonly given: string;
}

export interface TestStructure {
  /** Struct_IdNat: a digit for the kind (1 FINESS, 3 SIRET…), then the number. */
  readonly id: string;
  readonly name: string;
  /** XON-7 of the message. */
  readonly idType: 'FINEG' | 'FINEJ' | 'IDNST';
}

export interface Signatory {
  readonly person: TestPerson;
  readonly structure: TestStructure;
}

/** Authorities of persons and structures (interop §3.2). */
export const PERSON_OID = '1.2.250.1.71.4.2.1';
export const STRUCTURE_OID = '1.2.250.1.71.4.2.2';

export const TEST_RADIOLOGIST: Signatory = {
  person: { id: '801234560801', family: 'ESSAI', given: 'Hélène' },
  structure: { id: '101235555', name: "Centre d'imagerie d'essai", idType: 'FINEG' },
};
