/** Faults and wastes of the image library that are put right when it is bundled: where, and each wrong text with its right one. */
const CORRECTIONS = [
  {
    // The decoder of 12-bit JPEG shifts its samples by 2 063 instead of 2 048: every value comes out 15 too high, 15 Hounsfield units
    // in a scanner. The formula is put right for every precision; 8 bits stay as they were.
    file: '/dicom-image-loader/dist/esm/codecs/jpeg.js',
    faults: [
      ['-2056 / component.bitConversion', '-((255 / component.bitConversion + 1) * 8 + 8)'],
      ['2024 / component.bitConversion', '(255 / component.bitConversion + 1) * 8 - 24'],
      ['q + 2056 / component.bitConversion', 'q + (255 / component.bitConversion + 1) * 8 + 8'],
    ],
  },
  {
    // A decoded image is copied out of its worker, half a megabyte a slice; the worker has no more use for it.
    file: '/dicom-image-loader/dist/esm/decodeImageFrameWorker.js',
    faults: [
      ["import { expose } from 'comlink'", "import { expose, transfer } from 'comlink'"],
      [
        'return decodeImageFrame(imageFrame, transferSyntax, pixelData, decodeConfig, options, callbackFn);',
        `return decodeImageFrame(imageFrame, transferSyntax, pixelData, decodeConfig, options, callbackFn).then((decoded) =>
          transfer(decoded, [decoded.pixelData.buffer]));`,
      ],
    ],
  },
  {
    // And copied once more although it has the type asked for.
    file: '/dicom-image-loader/dist/esm/imageLoader/createImage.js',
    faults: [
      [
        ': new TypedArrayConstructor(imageFrame.pixelData);',
        ': imageFrame.pixelData instanceof TypedArrayConstructor ? imageFrame.pixelData : new TypedArrayConstructor(imageFrame.pixelData);',
      ],
    ],
  },
  {
    // A style attribute is forbidden by the page's policy; the same style set through the object model is not.
    file: '/tools/dist/esm/drawingSvg/drawTextBox.js',
    faults: [["textElement.setAttribute('style', combinedStyle)", 'textElement.style.cssText = combinedStyle']],
  },
];

export function libraryCorrections() {
  return {
    name: 'library-corrections',
    transform(code, id) {
      const correction = CORRECTIONS.find(({ file }) => id.split('?')[0].replaceAll('\\', '/').endsWith(file));
      if (!correction) return undefined;
      let right = code;
      for (const [wrong, good] of correction.faults) {
        // A new version of the library must be looked at again.
        if (!right.includes(wrong)) this.error(`${correction.file} has changed: "${wrong}" is not in it`);
        right = right.replaceAll(wrong, good);
      }
      return { code: right, map: null };
    },
  };
}
