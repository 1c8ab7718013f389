/**
 * The decoder of 12-bit JPEG that the image library brings shifts its samples by 2 063 instead of 2 048: every value comes out 15 too high, 15
 * Hounsfield units in a scanner. The formula is put right for every precision; 8 bits stay as they were.
 */
export function twelveBitJpeg() {
  const faults = [
    ['-2056 / component.bitConversion', '-((255 / component.bitConversion + 1) * 8 + 8)'],
    ['2024 / component.bitConversion', '(255 / component.bitConversion + 1) * 8 - 24'],
    ['q + 2056 / component.bitConversion', 'q + (255 / component.bitConversion + 1) * 8 + 8'],
  ];
  return {
    name: 'twelve-bit-jpeg',
    transform(code, id) {
      if (!id.replaceAll('\\', '/').includes('/dicom-image-loader/dist/esm/codecs/jpeg.js')) return undefined;
      let right = code;
      for (const [wrong, good] of faults) {
        // A new version of the library must be looked at again.
        if (!right.includes(wrong)) this.error(`the 12-bit JPEG decoder has changed: "${wrong}" is not in it`);
        right = right.replaceAll(wrong, good);
      }
      return { code: right, map: null };
    },
  };
}
