import { dictionary, nameMap } from 'dicom-names';
import log from 'loglevel';

/**
 * Stands where the image library has its readers of files: their log, four names of PS3.6 §A.1 and of the dictionary what the
 * library speaks of. Whoever would read a file is told so.
 */
const constants = {
  IMPLICIT_LITTLE_ENDIAN: '1.2.840.10008.1.2',
  EXPLICIT_LITTLE_ENDIAN: '1.2.840.10008.1.2.1',
  DEFLATED_EXPLICIT_LITTLE_ENDIAN: '1.2.840.10008.1.2.1.99',
  EXPLICIT_BIG_ENDIAN: '1.2.840.10008.1.2.2',
};

function refuse() {
  throw new Error('this viewer reads no files');
}

class NoReader {
  constructor() {
    refuse();
  }
}

export { constants, log, refuse as create };
export default {
  constants,
  log,
  data: { DicomMetaDictionary: { dictionary, nameMap } },
  utilities: { DicomMetadataListener: NoReader },
  async: { AsyncDicomReader: NoReader },
};
