/** Which fragments begin a frame (PS3.5 §A.4). */
export interface FrameBoundaries {
  /** `offset`: of the fragment's item from the first one's, as the offset tables count. */
  startsFrame(fragment: Buffer, offset: number): boolean;
}

const RLE = '1.2.840.10008.1.2.5';

/**
 * Follows the offset table when there is one. Without: RLE has one fragment per frame, a single frame takes them all, and else a
 * frame begins where a codestream does.
 */
export function fragmentsByFrame(
  frames: number,
  transferSyntax: string,
  offsets: readonly number[] | undefined,
): FrameBoundaries {
  if (frames === 1) return { startsFrame: () => false };
  if (transferSyntax === RLE) return { startsFrame: () => true };
  if (offsets?.length === frames) {
    const starts = new Set(offsets);
    return { startsFrame: (_, offset) => starts.has(offset) };
  }
  return { startsFrame: startsCodestream };
}

/** SOI with a marker behind it (JPEG, JPEG-LS), SOC with SIZ (JPEG 2000), or the signature box of a JP2 file. */
function startsCodestream(fragment: Buffer): boolean {
  const start = fragment.toString('hex', 0, 4);
  return start.startsWith('ffd8ff') || start === 'ff4fff51' || start === '0000000c';
}
