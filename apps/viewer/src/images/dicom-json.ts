/** A data set in DICOM JSON (PS3.18 Annex F): tags of eight upper-case hexadecimal digits. */
export type DicomJson = { readonly [tag: string]: JsonElement | undefined };

interface JsonElement {
  readonly vr?: string;
  readonly Value?: readonly unknown[];
  /** Base64. */
  readonly InlineBinary?: string;
}

/** Values as text; a person name as its alphabetic form. Empty when absent. */
export function texts(dataset: DicomJson | undefined, tag: string): readonly string[] {
  return (dataset?.[tag]?.Value ?? []).map((value) => {
    if (typeof value === 'string') return value;
    if (typeof value === 'number') return String(value);
    const name = (value as { Alphabetic?: unknown } | null)?.Alphabetic;
    return typeof name === 'string' ? name : '';
  });
}

export const text = (dataset: DicomJson | undefined, tag: string): string | undefined =>
  texts(dataset, tag)[0] || undefined;

/** Values as numbers; undefined when absent or when one is no number. */
export function numbers(dataset: DicomJson | undefined, tag: string): readonly number[] | undefined {
  const values = dataset?.[tag]?.Value;
  if (!values || values.length === 0) return undefined;
  const read = values.map((value) => (value === null || value === '' ? NaN : Number(value)));
  return read.every(Number.isFinite) ? read : undefined;
}

export const number = (dataset: DicomJson | undefined, tag: string): number | undefined => numbers(dataset, tag)?.[0];

/** Items of a sequence; empty when absent. */
export const items = (dataset: DicomJson | undefined, tag: string): readonly DicomJson[] =>
  (dataset?.[tag]?.Value ?? []).filter((value): value is DicomJson => typeof value === 'object' && value !== null);

export const item = (dataset: DicomJson | undefined, tag: string): DicomJson | undefined => items(dataset, tag)[0];

/** Bytes of a binary value, undefined when absent. */
export function binary(dataset: DicomJson | undefined, tag: string): Uint8Array | undefined {
  const base64 = dataset?.[tag]?.InlineBinary;
  return base64 === undefined ? undefined : Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
