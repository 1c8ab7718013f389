import { part10Head } from '../dataset/part10.js';
import { Tag } from '../dataset/tags.js';
import { type Attributes, writeDataset } from '../dataset/write-dataset.js';
import { newUid } from '../kos/uid.js';
import { TransferSyntax } from '../uids.js';
import { type DirectoryEntry, directoryEntry, type DirectoryFile } from './directory-record.js';

const MEDIA_STORAGE_DIRECTORY = '1.2.840.10008.1.3.10';
/** UIDs made of random bits (PS3.5 §B.2). */
const UUID_ROOT = '2.25';
const CHARSET = 'ISO_IR 192';
const ITEM_HEAD_BYTES = 8;
/** Tag, VR, two reserved bytes and a length of four. */
const SEQUENCE_HEAD_BYTES = 12;
const IN_USE = 0xffff;

/** A record on its way into the directory; its offsets are known once all lengths are. */
interface Node {
  readonly attributes: Attributes;
  readonly key: string;
  readonly children: Node[];
  offset: number;
}

/**
 * The directory of a file-set (PS3.3 Annex F, PS3.10 §8): write it as `DICOMDIR` at the root, once all files are known. Built as they go
 * by; records of one patient, study and series are gathered. Text is UTF-8.
 */
export class DicomDirectory {
  private readonly roots: Node[] = [];

  /** @throws RangeError when the path is none of a file-set. */
  add(file: DirectoryFile): void {
    const { patient, study, series, leaf }: DirectoryEntry = directoryEntry(file);
    const levels = [
      { type: 'PATIENT', ...patient },
      { type: 'STUDY', ...study },
      { type: 'SERIES', ...series },
    ];
    let siblings = this.roots;
    for (const { type, key, attributes } of levels)
      siblings = nodeOf(siblings, key, { [Tag.DirectoryRecordType]: type, ...attributes }).children;
    siblings.push({ attributes: leaf, key: file.sopInstance, children: [], offset: 0 });
  }

  /** The file, whole. @param fileSet its id, up to 16 of A-Z, 0-9 and `_`. */
  file(fileSet: string): Buffer {
    const meta = part10Head({
      sopClass: MEDIA_STORAGE_DIRECTORY,
      sopInstance: newUid(UUID_ROOT),
      transferSyntax: TransferSyntax.ExplicitLittleEndian,
    });
    const nodes = this.roots.flatMap(flat);
    const head = (first: number, last: number): Attributes => ({
      [Tag.FileSetID]: fileSet,
      [Tag.OffsetOfTheFirstDirectoryRecord]: first,
      [Tag.OffsetOfTheLastDirectoryRecord]: last,
      [Tag.FileSetConsistencyFlag]: 0,
    });
    // Offsets are of fixed length: every record is as long before they are known as after.
    let at = meta.length + encoded(head(0, 0)).length + SEQUENCE_HEAD_BYTES;
    for (const node of nodes) {
      node.offset = at;
      at += ITEM_HEAD_BYTES + encoded(recordOf(node, 0)).length;
    }
    const records = orderedRecords(this.roots);
    const dataset = encoded({
      ...head(this.roots[0]?.offset ?? 0, this.roots.at(-1)?.offset ?? 0),
      [Tag.DirectoryRecordSequence]: records,
    });
    return Buffer.concat([meta, dataset]);
  }
}

function nodeOf(siblings: Node[], key: string, attributes: Attributes): Node {
  const known = siblings.find((node) => node.key === key);
  if (known) return known;
  const node: Node = { attributes, key, children: [], offset: 0 };
  siblings.push(node);
  return node;
}

const flat = (node: Node): Node[] => [node, ...node.children.flatMap(flat)];

/** In the order of their offsets: each before those below it. */
const orderedRecords = (siblings: readonly Node[]): Attributes[] =>
  siblings.flatMap((node, index) => [
    recordOf(node, siblings[index + 1]?.offset ?? 0),
    ...orderedRecords(node.children),
  ]);

const recordOf = ({ attributes, children }: Node, next: number): Attributes => ({
  [Tag.OffsetOfTheNextDirectoryRecord]: next,
  [Tag.RecordInUseFlag]: IN_USE,
  [Tag.OffsetOfReferencedLowerLevelDirectoryEntity]: children[0]?.offset ?? 0,
  [Tag.SpecificCharacterSet]: CHARSET,
  ...attributes,
});

const encoded = (attributes: Attributes): Buffer => writeDataset(attributes, TransferSyntax.ExplicitLittleEndian);
