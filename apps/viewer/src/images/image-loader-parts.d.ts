/** Files of the image library that it does not export; the build knows where they are (vite.config.mjs). */
declare module 'image-loader-parts/decodeImageFrameWorker.js' {
  export function decodeImageFrame(
    imageFrame: object,
    transferSyntax: string,
    bytes: Uint8Array,
    config: object,
    options: object,
  ): Promise<{ readonly pixelData: ArrayLike<number> }>;
}
declare module 'image-loader-parts/shared/decoders/decodeJPEGLS.js' {
  export function initialize(): Promise<void>;
}
