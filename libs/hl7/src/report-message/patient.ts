import type { Repetition, Segment } from '../message/segment.js';
import { optional } from './optional.js';
import { INS_OIDS } from './vocabulary.js';

/** Identity in PID (interop §1.5), as sent; to be compared with the CDA's, which is the reference. */
export interface PidPatient {
  readonly ins?: { readonly value: string; readonly oid: string };
  /** Identifier of type PI: local. */
  readonly ipp?: { readonly value: string; readonly oid?: string };
  readonly birthFamily?: string;
  /** PID-5.2: first birth given name. PID-5.3: the list, separated by blanks. */
  readonly birthGiven?: string;
  readonly birthGivens?: string;
  readonly birthDate?: string;
  /** PID-8 as sent. */
  readonly sex?: string;
  /** INSEE code: PID-11 of type BDL, component 9. */
  readonly birthPlace?: string;
  /** PID-32, every value. */
  readonly reliability: readonly string[];
}

export function readPatient(pid: Segment | undefined): PidPatient {
  const ids = pid?.repetitions(3) ?? [];
  const ins = ids.find((id) => id.text(5) === 'INS' && INS_OIDS.has(id.text(4, 2)));
  const ipp = ids.find((id) => id.text(5) === 'PI');
  const names = pid?.repetitions(5) ?? [];
  const birthName = names.find((name) => name.text(7) === 'L') ?? names.find((name) => name.text(7) === '');
  const birthAddress = (pid?.repetitions(11) ?? []).find((address) => address.text(7) === 'BDL');
  return {
    ...(ins ? { ins: { value: ins.text(1), oid: ins.text(4, 2) } } : {}),
    ...(ipp ? { ipp: { value: ipp.text(1), ...optional('oid', authorityOid(ipp)) } } : {}),
    ...optional('birthFamily', birthName?.text(1) ?? ''),
    ...optional('birthGiven', birthName?.text(2) ?? ''),
    ...optional('birthGivens', birthName?.text(3) ?? ''),
    ...optional('birthDate', pid?.text(7) ?? ''),
    ...optional('sex', pid?.text(8) ?? ''),
    ...optional('birthPlace', birthAddress?.text(9) ?? ''),
    reliability: (pid?.repetitions(32) ?? []).map((value) => value.text()),
  };
}

/** CX-4.2 when CX-4.3 says it is an ISO OID. */
const authorityOid = (id: Repetition): string => (id.text(4, 3) === 'ISO' ? id.text(4, 2) : '');
