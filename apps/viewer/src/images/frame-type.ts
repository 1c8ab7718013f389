const BY_MEDIA_TYPE: Readonly<Record<string, string>> = {
  // PS3.18 §8.7.3.3.2: the transfer syntax of each media type when none is named.
  'image/jpeg': '1.2.840.10008.1.2.4.70',
  'image/dicom-rle': '1.2.840.10008.1.2.5',
  'image/jls': '1.2.840.10008.1.2.4.80',
  'image/jp2': '1.2.840.10008.1.2.4.90',
  'image/jphc': '1.2.840.10008.1.2.4.201',
  'application/octet-stream': '1.2.840.10008.1.2.1',
};

/** Always lossy; .91 and .203 may be either, which the head says. */
const LOSSY_SYNTAXES: ReadonlySet<string> = new Set([
  '1.2.840.10008.1.2.4.50',
  '1.2.840.10008.1.2.4.51',
  '1.2.840.10008.1.2.4.81',
]);

export interface FrameType {
  readonly mediaType: string;
  readonly transferSyntax: string;
  readonly lossy: boolean;
}

/** Reads `image/jls; transfer-syntax=1.2.…; lossy=1`, the content type of a frame. Undefined when it is no frame. */
export function frameType(contentType: string): FrameType | undefined {
  const [mediaType = '', ...parameters] = contentType.split(';').map((piece) => piece.trim());
  const named = new Map(
    parameters.map((parameter) => {
      const [name = '', value = ''] = parameter.split('=');
      return [name.toLowerCase(), value.replace(/^"|"$/g, '')] as const;
    }),
  );
  const transferSyntax = named.get('transfer-syntax') ?? BY_MEDIA_TYPE[mediaType.toLowerCase()];
  if (transferSyntax === undefined) return undefined;
  return {
    mediaType: mediaType.toLowerCase(),
    transferSyntax,
    lossy: named.get('lossy') === '1' || LOSSY_SYNTAXES.has(transferSyntax),
  };
}
