import { TransferSyntax } from '../uids.js';
import { DatasetError } from './dataset-error.js';

/** How the elements of a data set are laid out (PS3.5 §7.1, Annex A). */
export interface Encoding {
  readonly explicitVr: boolean;
  readonly bigEndian: boolean;
}

export const EXPLICIT_LITTLE: Encoding = { explicitVr: true, bigEndian: false };
export const IMPLICIT_LITTLE: Encoding = { explicitVr: false, bigEndian: false };

/** Encoding of a transfer syntax. Deflated and private ones are refused: DatasetError `syntax`. */
export function encodingOf(transferSyntax: string): Encoding {
  if (transferSyntax === TransferSyntax.ImplicitLittleEndian) return IMPLICIT_LITTLE;
  if (transferSyntax === TransferSyntax.ExplicitBigEndian) return { explicitVr: true, bigEndian: true };
  if (transferSyntax === TransferSyntax.ExplicitLittleEndian) return EXPLICIT_LITTLE;
  // Encapsulated pixel syntaxes: 1.2.840.10008.1.2.4.* (JPEG family) and .5 (RLE), always explicit little endian.
  if (/^1\.2\.840\.10008\.1\.2\.(4\.\d+|5)$/.test(transferSyntax)) return EXPLICIT_LITTLE;
  throw new DatasetError('syntax', 'transfer syntax not supported');
}
