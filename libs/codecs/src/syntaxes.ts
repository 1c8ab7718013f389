const jpeg = (suffix: number): string => `1.2.840.10008.1.2.4.${suffix}`;

/** Transfer syntaxes of pixels this library decodes or makes (PS3.5 Annex A). */
export const Syntax = {
  ExplicitLittleEndian: '1.2.840.10008.1.2.1',
  JpegBaseline: jpeg(50),
  JpegExtended: jpeg(51),
  JpegLossless: jpeg(57),
  JpegLosslessSv1: jpeg(70),
  JpegLs: jpeg(80),
  JpegLsNear: jpeg(81),
  Jpeg2000Lossless: jpeg(90),
  Jpeg2000: jpeg(91),
  Htj2kLossless: jpeg(201),
  Htj2kLosslessRpcl: jpeg(202),
  Htj2k: jpeg(203),
  Rle: '1.2.840.10008.1.2.5',
} as const;

/** Native pixels: whatever a data set is re-encoded from before its frames are read. */
export const NATIVE: ReadonlySet<string> = new Set([
  '1.2.840.10008.1.2',
  '1.2.840.10008.1.2.1',
  '1.2.840.10008.1.2.1.99',
  '1.2.840.10008.1.2.2',
]);

const JPEG_DCT: readonly string[] = [Syntax.JpegBaseline, Syntax.JpegExtended];
const JPEG_LOSSLESS: readonly string[] = [Syntax.JpegLossless, Syntax.JpegLosslessSv1];
const JPEG_LS: readonly string[] = [Syntax.JpegLs, Syntax.JpegLsNear];
const JPEG_2000: readonly string[] = [Syntax.Jpeg2000Lossless, Syntax.Jpeg2000];
const HTJ2K: readonly string[] = [Syntax.Htj2kLossless, Syntax.Htj2kLosslessRpcl, Syntax.Htj2k];

export type Family = 'native' | 'rle' | 'jpeg' | 'jpeg-lossless' | 'jpeg-ls' | 'jpeg-2000' | 'htj2k';

/** Which codec a syntax is for; undefined: none here (video, JPEG XL, private ones). */
export function familyOf(syntax: string): Family | undefined {
  if (NATIVE.has(syntax)) return 'native';
  if (syntax === Syntax.Rle) return 'rle';
  if (JPEG_DCT.includes(syntax)) return 'jpeg';
  if (JPEG_LOSSLESS.includes(syntax)) return 'jpeg-lossless';
  if (JPEG_LS.includes(syntax)) return 'jpeg-ls';
  if (JPEG_2000.includes(syntax)) return 'jpeg-2000';
  return HTJ2K.includes(syntax) ? 'htj2k' : undefined;
}

/** Syntaxes made here. The lossy ones of JPEG 2000 are made without loss; near-lossless JPEG-LS is not made. */
export const ENCODED: ReadonlySet<string> = new Set([
  Syntax.ExplicitLittleEndian, Syntax.Rle, Syntax.JpegBaseline, Syntax.JpegExtended, Syntax.JpegLossless, Syntax.JpegLosslessSv1,
  Syntax.JpegLs, Syntax.Jpeg2000Lossless, Syntax.Jpeg2000, Syntax.Htj2kLossless, Syntax.Htj2kLosslessRpcl, Syntax.Htj2k,
]); // prettier-ignore

/** Syntaxes that lose something when made here. */
export const isLossyHere = (syntax: string): boolean => JPEG_DCT.includes(syntax);

/** Syntaxes whose pixels have certainly lost something. */
export const wasLossy = (syntax: string): boolean => JPEG_DCT.includes(syntax) || syntax === Syntax.JpegLsNear;
