/** Name of a frame within this page: `drim:<exam>/<series>/<instance>/<frame>`. */
export interface ImageAddress {
  readonly exam: string;
  readonly series: string;
  readonly instance: string;
  readonly frame: number;
}

export const SCHEME = 'drim';
/** The same frame, half as wide and half as high: reduced volumes. */
export const HALF_SCHEME = 'drimhalf';

export const imageIdOf = ({ exam, series, instance, frame }: ImageAddress): string =>
  `${SCHEME}:${exam}/${series}/${instance}/${frame}`;

export const halfImageId = (imageId: string): string => `${HALF_SCHEME}:${imageId.slice(SCHEME.length + 1)}`;
export const wholeImageId = (imageId: string): string =>
  imageId.startsWith(`${HALF_SCHEME}:`) ? `${SCHEME}:${imageId.slice(HALF_SCHEME.length + 1)}` : imageId;

export function addressOf(imageId: string): ImageAddress {
  const [exam = '', series = '', instance = '', frame = '1'] = imageId.slice(imageId.indexOf(':') + 1).split('/');
  return { exam, series, instance, frame: Number(frame) };
}
