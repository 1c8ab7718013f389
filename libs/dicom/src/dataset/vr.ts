/** Value representations (PS3.5 §6.2): everything the reader and the writer must know of each, in one table. */
export type VR =
  | 'AE' | 'AS' | 'AT' | 'CS' | 'DA' | 'DS' | 'DT' | 'FL' | 'FD' | 'IS' | 'LO' | 'LT' | 'OB' | 'OD' | 'OF' | 'OL'
  | 'OV' | 'OW' | 'PN' | 'SH' | 'SL' | 'SQ' | 'SS' | 'ST' | 'SV' | 'TM' | 'UC' | 'UI' | 'UL' | 'UN' | 'UR' | 'US'
  | 'UT' | 'UV'; // prettier-ignore

interface VrRule {
  /** 32-bit length after two reserved bytes in explicit VR (PS3.5 §7.1.2). */
  readonly longForm?: true;
  /** Character string of the default repertoire, or one that (0008,0005) governs. */
  readonly text?: 'ascii' | 'charset';
  /** One value only: a backslash is an ordinary character. */
  readonly single?: true;
  /** Characters (not bytes) a value may hold, PN: a component group. */
  readonly max?: number;
}

const ascii = (max?: number): VrRule => (max === undefined ? { text: 'ascii' } : { text: 'ascii', max });
const charset = (max: number): VrRule => ({ text: 'charset', max });
const BINARY: VrRule = {};
const LONG_BINARY: VrRule = { longForm: true };

export const VRS: Readonly<Record<VR, VrRule>> = {
  AE: ascii(16),
  AS: ascii(4),
  AT: BINARY,
  CS: ascii(16),
  DA: ascii(18), // a range in a query; a date alone takes 8
  DS: ascii(16),
  DT: ascii(54),
  FL: BINARY,
  FD: BINARY,
  IS: ascii(12),
  LO: charset(64),
  LT: { text: 'charset', single: true, max: 10_240 },
  OB: LONG_BINARY,
  OD: LONG_BINARY,
  OF: LONG_BINARY,
  OL: LONG_BINARY,
  OV: LONG_BINARY,
  OW: LONG_BINARY,
  PN: charset(64),
  SH: charset(16),
  SL: BINARY,
  SQ: LONG_BINARY,
  SS: BINARY,
  ST: { text: 'charset', single: true, max: 1024 },
  SV: LONG_BINARY,
  TM: ascii(28),
  UC: { longForm: true, text: 'charset' },
  UI: ascii(64),
  UL: BINARY,
  UN: LONG_BINARY,
  UR: { longForm: true, text: 'ascii', single: true },
  US: BINARY,
  UT: { longForm: true, text: 'charset', single: true },
  UV: LONG_BINARY,
};

const BY_CODE: ReadonlyMap<number, VR> = new Map(
  (Object.keys(VRS) as VR[]).map((vr) => [vr.charCodeAt(0) * 256 + vr.charCodeAt(1), vr]),
);

/** The VR that two bytes name; undefined: none does. */
export const vrAt = (bytes: Buffer, at: number): VR | undefined => BY_CODE.get(bytes.readUInt16BE(at));
