import { transferSyntaxInfo } from '../dictionary/transfer-syntaxes.js';
import { DatasetError } from './dataset-error.js';

/** How the elements of a data set are laid out (PS3.5 §7.1, Annex A). */
export interface Encoding {
  readonly explicitVr: boolean;
  readonly bigEndian: boolean;
  /** The bytes are a deflate stream of explicit little endian elements (PS3.5 §A.5). */
  readonly deflated: boolean;
}

export const EXPLICIT_LITTLE: Encoding = { explicitVr: true, bigEndian: false, deflated: false };
export const IMPLICIT_LITTLE: Encoding = { explicitVr: false, bigEndian: false, deflated: false };
const EXPLICIT_BIG: Encoding = { explicitVr: true, bigEndian: true, deflated: false };
const DEFLATED: Encoding = { explicitVr: true, bigEndian: false, deflated: true };

/** JPEG processes retired in 2003 (.52 to .66) that old archives may hold: encapsulated, hence explicit little endian. */
const RETIRED_JPEG = /^1\.2\.840\.10008\.1\.2\.4\.(5[2-68-9]|6[0-6])$/;

/** Encoding of a transfer syntax. Private and unknown ones are refused: DatasetError `syntax`. */
export function encodingOf(transferSyntax: string): Encoding {
  const info = transferSyntaxInfo(transferSyntax);
  if (info?.form === 'implicit') return IMPLICIT_LITTLE;
  if (info?.form === 'big-endian') return EXPLICIT_BIG;
  if (info?.form === 'deflated') return DEFLATED;
  if (info || RETIRED_JPEG.test(transferSyntax)) return EXPLICIT_LITTLE;
  throw new DatasetError('syntax', 'transfer syntax not supported');
}
