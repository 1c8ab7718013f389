import { TransferSyntax } from '../uids.js';
import type { MediaRange } from './accept.js';

/** Any transfer syntax: what is stored comes first (PS3.18 §8.7.3.5.2). */
export const ANY_SYNTAX = '*';

/** One thing the client takes. */
export interface Wish {
  /** A transfer syntax UID, or ANY_SYNTAX. */
  readonly transferSyntax: string;
  /** Media type of a part, or of the whole payload when it is `single`. */
  readonly mediaType: string;
  /** 0: never; else the higher the better. */
  readonly q: number;
  readonly form: 'multipart' | 'single';
}

/** Media types of frames and what they hold (PS3.18 Table 8.7.3-2 to -5): the first syntax is the default. */
export const FRAME_MEDIA_TYPES: Readonly<Record<string, readonly string[]>> = {
  'application/octet-stream': [TransferSyntax.ExplicitLittleEndian],
  'image/jpeg': ['.70', '.50', '.51', '.57'].map(jpegFamily),
  'image/jls': ['.80', '.81'].map(jpegFamily),
  'image/jp2': ['.90', '.91'].map(jpegFamily),
  'image/jpx': ['.92', '.93'].map(jpegFamily),
  'image/jphc': ['.201', '.202', '.203'].map(jpegFamily),
  'image/dicom-rle': ['1.2.840.10008.1.2.5'],
  'video/mpeg2': ['.100', '.101'].map(jpegFamily),
  'video/mp4': ['.102', '.103', '.104', '.105', '.106'].map(jpegFamily),
};

function jpegFamily(suffix: string): string {
  return `1.2.840.10008.1.2.4${suffix}`;
}

/** The media type of a frame in this syntax; undefined for one that PS3.18 gives none. */
export const frameMediaType = (transferSyntax: string): string | undefined =>
  Object.keys(FRAME_MEDIA_TYPES).find((type) => FRAME_MEDIA_TYPES[type]?.includes(transferSyntax));

const DICOM = { 'application/dicom': [TransferSyntax.ExplicitLittleEndian] };

/**
 * What the client takes of instances: `multipart/related; type="application/dicom"`, or `application/dicom` alone for
 * one object (PS3.18 §8.7.3, §10.4.1). Without a transfer syntax: Explicit VR Little Endian (§8.7.3.5.2).
 * Empty when nothing of it is DICOM: 406.
 */
export const instanceWishes = (ranges: readonly MediaRange[]): readonly Wish[] => wishes(ranges, DICOM);

/** What the client takes of frames or bulk data: raw pixels or codestreams by their media type (PS3.18 §8.7.3.3). */
export const frameWishes = (ranges: readonly MediaRange[]): readonly Wish[] => wishes(ranges, FRAME_MEDIA_TYPES);

/** Whether the client takes metadata as DICOM JSON, the only form made here (PS3.18 §8.7.3.2, §10.4.4). */
export function takesDicomJson(ranges: readonly MediaRange[]): boolean {
  const json = (type: string): number => Math.max(-1, ...ranges.filter((one) => one.type === type).map(({ q }) => q));
  // The most specific range that speaks of it decides (RFC 9110 §12.5.1).
  const exact = Math.max(json('application/dicom+json'), json('application/json'));
  const q = [exact, json('application/*'), json('*/*')].find((one) => one >= 0);
  return q !== undefined && q > 0;
}

type Catalogue = Readonly<Record<string, readonly string[]>>;

function wishes(ranges: readonly MediaRange[], catalogue: Catalogue): readonly Wish[] {
  const best = new Map<string, Wish>();
  for (const range of ranges) {
    for (const wish of wishesOf(range, catalogue)) {
      const key = `${wish.form} ${wish.mediaType} ${wish.transferSyntax}`;
      if (wish.q > (best.get(key)?.q ?? -1)) best.set(key, wish);
    }
  }
  // Stable: what is listed first wins among equals.
  return [...best.values()].toSorted((a, b) => b.q - a.q);
}

function wishesOf({ type, parameters, q }: MediaRange, catalogue: Catalogue): readonly Wish[] {
  const [first] = Object.keys(catalogue);
  const anything = type === '*/*';
  const form = type === 'multipart/related' || type === 'multipart/*' || anything ? 'multipart' : 'single';
  const asked = form === 'multipart' ? (parameters.get('type')?.toLowerCase() ?? first) : type;
  const mediaTypes = Object.keys(catalogue).filter((name) => matches(name, asked ?? ''));
  const transferSyntax = parameters.get('transfer-syntax');
  return mediaTypes.flatMap((mediaType) => {
    const known = catalogue[mediaType] ?? [];
    // A media type without a syntax means its default (§8.7.3.5.2); a wildcard means whatever it may hold.
    const named = transferSyntax ?? (asked === mediaType ? known[0] : ANY_SYNTAX);
    if (named === undefined || !fits(named, mediaType, known)) return [];
    return [{ transferSyntax: named, mediaType, q, form } as const];
  });
}

const matches = (name: string, asked: string): boolean =>
  asked === '*/*' || name === asked || (asked.endsWith('/*') && name.startsWith(asked.slice(0, -1)));

/** A JPEG syntax asked as image/jp2 is a contradiction; DICOM objects may be in any syntax. */
const fits = (syntax: string, mediaType: string, known: readonly string[]): boolean =>
  mediaType === 'application/dicom' || syntax === ANY_SYNTAX || known.includes(syntax);
