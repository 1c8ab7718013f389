import type { ImageDescription } from '@drimbox/dicom';
import type { CodecErrorKind } from '../codec-error.js';
import type { Loss } from '../codecs/encode.js';

/** One frame, from one transfer syntax to another. */
export interface FrameJob {
  /** Codestream or native pixels; its memory is transferred to the thread when it is the whole of its ArrayBuffer. */
  readonly bytes: Uint8Array;
  readonly image: ImageDescription;
  readonly from: string;
  readonly to: string;
  /** Of lossy JPEG, 1 to 100. */
  readonly quality: number;
  /** Of JPEG-LS near-lossless (.81). */
  readonly loss?: Loss;
}

export interface FrameResult {
  readonly bytes: Uint8Array;
  readonly photometric: string;
}

export type WorkerAnswer =
  | { readonly ok: true; readonly result: FrameResult }
  | { readonly ok: false; readonly kind: CodecErrorKind; readonly reason: string; readonly broken: boolean };

/** What a thread is started with. */
export interface WorkerSetup {
  /** Bound of each WASM memory in it. */
  readonly maxWasmBytes: number;
}
