import { LIMITS } from './dmp-rules.js';
import { bad, good } from './verdict.js';
import type { Checked } from './verdict.js';

/** The few attributes of a KOS that the registry compares with the metadata. */
export interface KosIdentity {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly studyInstanceUid: string;
  readonly patientId: string;
}

const IMPLICIT_LE = '1.2.840.10008.1.2';
const EXPLICIT_LE = '1.2.840.10008.1.2.1';
const UNDEFINED = 0xffffffff;
/** VRs with a 4-byte length in explicit encoding (PS3.5 §7.1.2). */
const LONG_VRS = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV']);

const SOP_CLASS = 0x00080016;
const SOP_INSTANCE = 0x00080018;
const STUDY_INSTANCE = 0x0020000d;
const PATIENT = 0x00100020;
const TRANSFER_SYNTAX = 0x00020010;

/** Reads a PS3.10 file, implicit or explicit little endian; only the top level is looked at, sequences are skipped. */
export const readKosIdentity = (file: Buffer): Checked<KosIdentity, string> => {
  if (file.length < 140 || file.toString('latin1', 128, 132) !== 'DICM') return bad('not a DICOM file');
  const meta = readElements(file, 132, true, (tag) => tag >>> 16 !== 2);
  if (!meta.ok) return meta;
  const syntax = meta.value.values.get(TRANSFER_SYNTAX);
  if (syntax !== IMPLICIT_LE && syntax !== EXPLICIT_LE) return bad('transfer syntax is not little endian');
  const dataset = readElements(file, meta.value.end, syntax === EXPLICIT_LE, (tag) => tag > STUDY_INSTANCE);
  if (!dataset.ok) return dataset;
  const value = (tag: number): string => dataset.value.values.get(tag) ?? '';
  return good({
    sopClassUid: value(SOP_CLASS),
    sopInstanceUid: value(SOP_INSTANCE),
    studyInstanceUid: value(STUDY_INSTANCE),
    patientId: value(PATIENT),
  });
};

interface Header {
  readonly tag: number;
  readonly length: number;
  readonly value: number;
}

/** undefined when the header does not fit in what is left. */
const readHeader = (file: Buffer, at: number, explicit: boolean): Header | undefined => {
  if (at + 8 > file.length) return undefined;
  // Not a shift: a tag fills 32 bits unsigned.
  const tag = file.readUInt16LE(at) * 0x10000 + file.readUInt16LE(at + 2);
  // Items and delimiters have no VR (PS3.5 §7.5).
  if (!explicit || tag >= 0xfffe0000) return { tag, length: file.readUInt32LE(at + 4), value: at + 8 };
  if (!LONG_VRS.has(file.toString('latin1', at + 4, at + 6)))
    return { tag, length: file.readUInt16LE(at + 6), value: at + 8 };
  return at + 12 > file.length ? undefined : { tag, length: file.readUInt32LE(at + 8), value: at + 12 };
};

const readElements = (
  file: Buffer,
  start: number,
  explicit: boolean,
  stop: (tag: number) => boolean,
): Checked<{ values: Map<number, string>; end: number }, string> => {
  const values = new Map<number, string>();
  let at = start;
  let depth = 0;
  for (let count = 0; at < file.length; count += 1) {
    if (count > LIMITS.dicomElements) return bad('the DICOM file has too many elements');
    const header = readHeader(file, at, explicit);
    if (header === undefined) return bad('the DICOM file is damaged');
    if (depth === 0 && stop(header.tag)) break;
    const opens = header.length === UNDEFINED;
    if (!opens && header.value + header.length > file.length) return bad('the DICOM file is damaged');
    if (depth === 0 && !opens && header.length <= 256)
      values.set(
        header.tag,
        file.toString('latin1', header.value, header.value + header.length).replace(/[\0 ]+$/, ''),
      );
    // Undefined lengths (sequence or item) end with their delimiter; defined ones are skipped whole.
    if (opens) depth += 1;
    else if (header.tag === 0xfffee00d || header.tag === 0xfffee0dd) depth = Math.max(0, depth - 1);
    at = opens ? header.value : header.value + header.length;
  }
  return good({ values, end: at });
};
