/** What a receiver must know of a transfer syntax (PS3.5 §10 and Annex A). */
export interface TransferSyntaxInfo {
  readonly uid: string;
  /** Keyword of PS3.6 Table A-1. */
  readonly name: string;
  /** Implicit VR, or big endian, or the whole data set deflated; explicit little endian when none. */
  readonly form?: 'implicit' | 'big-endian' | 'deflated';
  /** Pixel data in fragments; native pixels otherwise. */
  readonly encapsulated: boolean;
  /** The coding process loses, or may: JPEG 2000 .91 and HTJ2K .203 carry either. */
  readonly lossy: boolean;
  readonly video: boolean;
}

const info = (
  suffix: string,
  name: string,
  facts: Partial<Omit<TransferSyntaxInfo, 'uid' | 'name'>>,
): TransferSyntaxInfo => ({
  uid: `1.2.840.10008.1.2${suffix}`,
  name,
  encapsulated: false,
  lossy: false,
  video: false,
  ...facts,
});

const LOSSLESS = { encapsulated: true };
const LOSSY = { encapsulated: true, lossy: true };
const VIDEO = { encapsulated: true, lossy: true, video: true };

export const TRANSFER_SYNTAXES: readonly TransferSyntaxInfo[] = [
  info('', 'ImplicitVRLittleEndian', { form: 'implicit' }),
  info('.1', 'ExplicitVRLittleEndian', {}),
  info('.1.98', 'EncapsulatedUncompressedExplicitVRLittleEndian', LOSSLESS),
  info('.1.99', 'DeflatedExplicitVRLittleEndian', { form: 'deflated' }),
  info('.2', 'ExplicitVRBigEndian', { form: 'big-endian' }),
  info('.4.50', 'JPEGBaseline8Bit', LOSSY),
  info('.4.51', 'JPEGExtended12Bit', LOSSY),
  info('.4.57', 'JPEGLossless', LOSSLESS),
  info('.4.70', 'JPEGLosslessSV1', LOSSLESS),
  info('.4.80', 'JPEGLSLossless', LOSSLESS),
  info('.4.81', 'JPEGLSNearLossless', LOSSY),
  info('.4.90', 'JPEG2000Lossless', LOSSLESS),
  info('.4.91', 'JPEG2000', LOSSY),
  info('.4.92', 'JPEG2000MCLossless', LOSSLESS),
  info('.4.93', 'JPEG2000MC', LOSSY),
  info('.4.100', 'MPEG2MPML', VIDEO),
  info('.4.100.1', 'MPEG2MPMLF', VIDEO),
  info('.4.101', 'MPEG2MPHL', VIDEO),
  info('.4.101.1', 'MPEG2MPHLF', VIDEO),
  info('.4.102', 'MPEG4HP41', VIDEO),
  info('.4.102.1', 'MPEG4HP41F', VIDEO),
  info('.4.103', 'MPEG4HP41BD', VIDEO),
  info('.4.103.1', 'MPEG4HP41BDF', VIDEO),
  info('.4.104', 'MPEG4HP422D', VIDEO),
  info('.4.104.1', 'MPEG4HP422DF', VIDEO),
  info('.4.105', 'MPEG4HP423D', VIDEO),
  info('.4.105.1', 'MPEG4HP423DF', VIDEO),
  info('.4.106', 'MPEG4HP42STEREO', VIDEO),
  info('.4.106.1', 'MPEG4HP42STEREOF', VIDEO),
  info('.4.107', 'HEVCMP51', VIDEO),
  info('.4.108', 'HEVCM10P51', VIDEO),
  info('.4.110', 'JPEGXLLossless', LOSSLESS),
  info('.4.111', 'JPEGXLJPEGRecompression', LOSSY),
  info('.4.112', 'JPEGXL', LOSSY),
  info('.4.201', 'HTJ2KLossless', LOSSLESS),
  info('.4.202', 'HTJ2KLosslessRPCL', LOSSLESS),
  info('.4.203', 'HTJ2K', LOSSY),
  info('.5', 'RLELossless', LOSSLESS),
];

const BY_UID: ReadonlyMap<string, TransferSyntaxInfo> = new Map(TRANSFER_SYNTAXES.map((one) => [one.uid, one]));

/** undefined for a private or unknown syntax. */
export const transferSyntaxInfo = (uid: string): TransferSyntaxInfo | undefined => BY_UID.get(uid);
