import { mutated, seededRandom } from '../testing/random.js';
import { TransferSyntax } from '../uids.js';
import { DatasetError } from './dataset-error.js';
import type { Dataset } from './dataset.js';
import { readDataset } from './read-dataset.js';
import { Tag } from './tags.js';
import { writeDataset } from './write-dataset.js';

const attributes = {
  [Tag.SpecificCharacterSet]: 'ISO_IR 192',
  [Tag.PatientName]: 'LEFÈVRE^Hélène',
  [Tag.Rows]: 512,
  [Tag.SeriesNumber]: 3,
  [Tag.ContentSequence]: [{ [Tag.ContentSequence]: [{ [Tag.TextValue]: 'œ' }] }, { [Tag.CodeMeaning]: 'x' }],
};

/** Reads every value in every way: none may throw once the data set is read. */
function touch(dataset: Dataset): number {
  let touched = 0;
  for (const { tag } of dataset.elements()) {
    dataset.getInt(tag);
    touched += dataset.getStrings(tag).length;
    for (const item of dataset.getItems(tag)) touched += touch(item);
  }
  return touched;
}

it.each([
  ['explicit', TransferSyntax.ExplicitLittleEndian],
  ['implicit', TransferSyntax.ImplicitLittleEndian],
])('4000 mutations of an %s data set: read whole or a DatasetError; never another error', (_, transferSyntax) => {
  const original = writeDataset(attributes, transferSyntax);
  const random = seededRandom(8_052_026);
  const outcomes = { read: 0, refused: 0 };
  for (let round = 0; round < 4000; round += 1) {
    const bytes = mutated(original, random);
    try {
      expect(touch(readDataset(bytes, { transferSyntax }))).toBeLessThanOrEqual(bytes.length);
      outcomes.read += 1;
    } catch (error) {
      expect(error).toBeInstanceOf(DatasetError);
      outcomes.refused += 1;
    }
  }
  expect(outcomes.read).toBeGreaterThan(100);
  expect(outcomes.refused).toBeGreaterThan(100);
});
