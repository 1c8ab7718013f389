import type { Writable } from 'node:stream';

/** Media types of PS3.18 §8.7.3.3.2 by transfer syntax. */
export const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '1.2.840.10008.1.2.4.50': 'image/jpeg',
  '1.2.840.10008.1.2.4.51': 'image/jpeg',
  '1.2.840.10008.1.2.4.57': 'image/jpeg',
  '1.2.840.10008.1.2.4.70': 'image/jpeg',
  '1.2.840.10008.1.2.4.80': 'image/jls',
  '1.2.840.10008.1.2.4.81': 'image/jls',
  '1.2.840.10008.1.2.4.90': 'image/jp2',
  '1.2.840.10008.1.2.4.91': 'image/jp2',
  '1.2.840.10008.1.2.4.201': 'image/jphc',
  '1.2.840.10008.1.2.4.102': 'video/mp4',
  '1.2.840.10008.1.2.5': 'image/dicom-rle',
};

export function writePart(
  to: Writable,
  boundary: string,
  type: string,
  location: string | undefined,
  body: Buffer | string,
): void {
  const bytes = Buffer.from(body as string);
  const head = [
    `--${boundary}`,
    `Content-Type: ${type}`,
    ...(location === undefined ? [] : [`Content-Location: ${location}`]),
    `Content-Length: ${bytes.length}`,
    '',
    '',
  ];
  to.write(head.join('\r\n'));
  to.write(bytes);
  to.write('\r\n');
}
