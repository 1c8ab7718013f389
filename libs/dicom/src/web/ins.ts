import { Tag } from '../dataset/tags.js';
import { insIssuer } from '../kos/kos-facts.js';
import type { TextElements } from './encode-text-element.js';

/** A national health identity (INS): the matricule and the OID of its kind, production or test. */
export interface Ins {
  readonly value: string;
  readonly oid: string;
}

/** The item of Other Patient IDs Sequence (0010,1002) that carries an INS (DSR-IMG DB.SO.39; PS3.3 Table 10-18). */
export const insItem = ({ value, oid }: Ins): TextElements => ({
  [Tag.PatientID]: value,
  [Tag.IssuerOfPatientID]: insIssuer(oid),
  [Tag.TypeOfPatientID]: 'TEXT',
  [Tag.IssuerOfPatientIDQualifiersSequence]: [{ [Tag.UniversalEntityID]: oid, [Tag.UniversalEntityIDType]: 'ISO' }],
});
