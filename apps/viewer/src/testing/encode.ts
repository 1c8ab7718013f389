import { createRequire } from 'node:module';
import type { DicomFile } from './dicom-file.js';

/** Syntaxes dcmtk does not write, made by the encoders that come with the viewer's decoders. */
export type Encoder = 'jpeg-2000' | 'htj2k';

interface FrameInfo {
  width: number;
  height: number;
  bitsPerSample: number;
  componentCount: number;
  isSigned: boolean;
  isUsingColorTransform: boolean;
}

interface Codec {
  getDecodedBuffer(info: FrameInfo): Uint8Array;
  setQuality(lossless: boolean, step: number): void;
  encode(): void;
  getEncodedBuffer(): Uint8Array;
}

type CodecModule = Readonly<Record<string, new () => Codec>>;

const ENCODERS = {
  'jpeg-2000': ['@cornerstonejs/codec-openjpeg', 'J2KEncoder', '1.2.840.10008.1.2.4.90'],
  htj2k: ['@cornerstonejs/codec-openjph', 'HTJ2KEncoder', '1.2.840.10008.1.2.4.201'],
} as const;

export const isEncoder = (name: string): name is Encoder => name in ENCODERS;

/** The same object with its native frames compressed without loss. */
export async function encoded(native: DicomFile, encoder: Encoder): Promise<DicomFile> {
  const [packageName, className, transferSyntax] = ENCODERS[encoder];
  const load = createRequire(import.meta.url)(packageName) as () => Promise<CodecModule>;
  const Codec = (await load())[className];
  if (!Codec) throw new Error(`${packageName} has no ${className}`);
  const number = (tag: string): number => Number(native.json[tag]?.Value?.[0] ?? 1);
  const colour = number('00280002') === 3;
  const frames = native.frames.map((frame) => {
    const codec = new Codec();
    const info = {
      width: number('00280011'),
      height: number('00280010'),
      bitsPerSample: number('00280101'),
      componentCount: number('00280002'),
      isSigned: native.json['00280103']?.Value?.[0] === 1,
      isUsingColorTransform: colour,
    };
    codec.getDecodedBuffer(info).set(frame);
    codec.setQuality(true, 0);
    codec.encode();
    return Buffer.from(codec.getEncodedBuffer());
  });
  if (!colour) return { transferSyntax, frames, json: native.json };
  return { transferSyntax, frames, json: { ...native.json, '00280004': { vr: 'CS', Value: ['YBR_RCT'] } } };
}
