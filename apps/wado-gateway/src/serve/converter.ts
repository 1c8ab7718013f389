import type { Dataset } from '@drimbox/dicom';

/** An object in a syntax, its data set without file meta. */
export interface Encoded {
  readonly transferSyntax: string;
  readonly bytes: Buffer;
}

export type Converted = { readonly ok: true; readonly object: Encoded } | { readonly ok: false; readonly reason: string };

/** Brings objects from one syntax to another, off the thread that serves. */
export abstract class Converter {
  /** May this very object be brought there? `head`: everything before its pixels. */
  abstract canConvert(head: Dataset, from: string, to: string): boolean;
  abstract convert(object: Encoded, to: string, signal: AbortSignal): Promise<Converted>;
}
