import { deflateRawSync } from 'node:zlib';
import { type Dataset } from '../dataset/dataset.js';
import { DatasetError } from '../dataset/dataset-error.js';
import { HeadReader } from '../dataset/head-reader.js';
import { readPart10 } from '../dataset/part10.js';
import { readDataset } from '../dataset/read-dataset.js';
import { Tag } from '../dataset/tags.js';
import { type Attributes, writeDataset } from '../dataset/write-dataset.js';
import { CommandField, decodeCommand, encodeCommand } from '../dimse/command-set.js';
import { MessageAssembler } from '../dimse/message-assembler.js';
import { buildKos } from '../kos/build-kos.js';
import type { KosInput } from '../kos/kos-input.js';
import { readKeyObject } from '../kos/read-key-object.js';
import { readKos } from '../kos/read-kos.js';
import { encodeData, encodePdu } from '../pdu/encode-pdu.js';
import { PduType } from '../pdu/pdu.js';
import { PduError } from '../pdu/pdu-error.js';
import { PduReader } from '../pdu/pdu-reader.js';
import { TransferSyntax } from '../uids.js';

/** Something that reads hostile bytes. It may refuse them in its own words; any other error is a fault. */
export interface FuzzTarget {
  readonly name: string;
  /** What the mutations begin with. */
  readonly seeds: readonly Buffer[];
  /** True: read, or more is awaited; false: refused. Throws on a fault only. */
  run(bytes: Buffer, random: () => number): boolean;
}

const UID = '1.2.826.0.1.3680043.10.1.1';
const CT = '1.2.840.10008.5.1.4.1.1.2';

const image: Attributes = {
  [Tag.SpecificCharacterSet]: 'ISO_IR 192',
  [Tag.SOPClassUID]: CT,
  [Tag.SOPInstanceUID]: `${UID}.1.1`,
  [Tag.PatientName]: 'PAT-TROIS^DOMINIQUE',
  [Tag.PatientID]: 'IPP101',
  [Tag.StudyInstanceUID]: UID,
  [Tag.SeriesInstanceUID]: `${UID}.1`,
  [Tag.SeriesNumber]: 3,
  [Tag.Rows]: 16,
  [Tag.ContentSequence]: [{ [Tag.ContentSequence]: [{ [Tag.TextValue]: 'œ' }] }, { [Tag.CodeMeaning]: 'x' }],
  [Tag.PixelData]: Buffer.alloc(512, 7),
};

const kos: KosInput = {
  sopInstanceUid: `${UID}.9.1`,
  seriesUid: `${UID}.9`,
  created: new Date('2026-01-02T09:15:00Z'),
  manufacturer: 'DRIMBOX',
  institution: { name: 'Centre de radiologie de test', id: '1990000001' },
  patient: {
    ins: { value: '279035121518989', oid: '1.2.250.1.213.1.4.10' },
    birthFamily: 'PAT-TROIS',
    birthGivens: ['DOMINIQUE'],
    birthDate: '19790328',
    sex: 'F',
    birthPlace: '63220',
  },
  study: {
    uid: UID,
    date: '20260105',
    time: '101500',
    description: 'Scanner',
    id: '101',
    referringPhysician: '',
    act: 'Scanner',
  },
  orders: [],
  series: [
    {
      uid: `${UID}.1`,
      modality: 'CT',
      number: 1,
      description: 'Série 1',
      retrieveUrl: 'https://db1.990.mesimagesmedicales.fr/drim-so/v1/rs',
      instances: [{ sopClass: CT, sopInstance: `${UID}.1.1`, number: 1 }],
    },
  ],
};

const SYNTAXES = [
  TransferSyntax.ExplicitLittleEndian,
  TransferSyntax.ImplicitLittleEndian,
  TransferSyntax.ExplicitBigEndian,
] as const;

/** True when `read` gave what it could; false when it said DatasetError or PduError. */
function outcome(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch (error) {
    if (error instanceof DatasetError || error instanceof PduError) return false;
    throw error;
  }
}

/** Asks for every value in every way. */
export function touch(dataset: Dataset): void {
  for (const { tag } of dataset.elements()) {
    dataset.getInt(tag);
    dataset.getStrings(tag);
    for (const item of dataset.getItems(tag)) touch(item);
  }
}

/** In pieces of a size that the seed decides: readers keep state between them. */
function* pieces(bytes: Buffer, random: () => number): Generator<Buffer> {
  for (let at = 0; at < bytes.length;) {
    const size = 1 + Math.floor(random() * (random() < 0.5 ? 16 : bytes.length));
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

const associate = {
  calledAe: 'PACS',
  callingAe: 'DRIMBOX',
  maxPduLength: 16_384,
  implementationClassUid: '1.2.3',
  roles: [{ sopClass: CT, scu: false, scp: true }],
};
export const ASSOCIATE_REQUEST = encodePdu({
  ...associate,
  type: PduType.AssociateRequest,
  contexts: [{ id: 1, abstractSyntax: CT, transferSyntaxes: [TransferSyntax.ExplicitLittleEndian] }],
});
export const STORE_COMMAND = encodeCommand(
  {
    [Tag.AffectedSOPClassUID]: CT,
    [Tag.CommandField]: CommandField.StoreRequest,
    [Tag.MessageID]: 1,
    [Tag.Priority]: 0,
    [Tag.AffectedSOPInstanceUID]: `${UID}.1.1`,
  },
  true,
);
export const EXPLICIT_IMAGE = writeDataset(image, TransferSyntax.ExplicitLittleEndian);

const accepted = encodePdu({
  ...associate,
  type: PduType.AssociateAccept,
  contexts: [{ id: 1, result: 0, transferSyntax: TransferSyntax.ExplicitLittleEndian }],
});
const object = [
  ...encodeData(1, true, STORE_COMMAND, 256, 256),
  ...encodeData(1, false, EXPLICIT_IMAGE, 256, 256),
] as const;
/** What the requestor of an association says, from the first byte to the last. */
export const REQUESTOR = Buffer.concat([ASSOCIATE_REQUEST, ...object, encodePdu({ type: PduType.ReleaseRequest })]);
const ACCEPTOR = Buffer.concat([accepted, ...object, encodePdu({ type: PduType.Abort, source: 2, reason: 1 })]);

const pdus: FuzzTarget = {
  name: 'PDUs and messages',
  seeds: [REQUESTOR, ACCEPTOR],
  run: (bytes, random) =>
    outcome(() => {
      const assembler = new MessageAssembler(
        (id) => id === 1,
        () => undefined,
        () => ({ write: () => undefined, end: () => undefined }),
      );
      const reader = new PduReader({ onPdu: () => undefined, onFragment: (fragment) => assembler.push(fragment) });
      for (const piece of pieces(bytes, random)) reader.push(piece);
    }),
};

/** Patient's Name and an item of Content Sequence, most significant byte first: the writer writes little endian only. */
const BIG_ENDIAN = Buffer.from(
  '00100010504e000441425e430040a7305351000000000010fffee000000000080040a160555400000000',
  'hex',
);

const datasets: readonly FuzzTarget[] = SYNTAXES.map((transferSyntax) => ({
  name: `data set ${transferSyntax}`,
  seeds: [transferSyntax === TransferSyntax.ExplicitBigEndian ? BIG_ENDIAN : writeDataset(image, transferSyntax)],
  run: (bytes) => outcome(() => touch(readDataset(bytes, { transferSyntax }))),
}));

const heads: readonly FuzzTarget[] = [...SYNTAXES.slice(0, 2), TransferSyntax.DeflatedExplicitLittleEndian].map(
  (transferSyntax) => {
    const deflated = transferSyntax === TransferSyntax.DeflatedExplicitLittleEndian;
    return {
      name: `head ${transferSyntax}`,
      seeds: [deflated ? deflateRawSync(EXPLICIT_IMAGE) : writeDataset(image, transferSyntax)],
      run: (bytes, random) =>
        outcome(() => {
          const reader = new HeadReader({ transferSyntax, untilTag: Tag.PixelData, maxBytes: 65_536 });
          for (const piece of pieces(bytes, random)) if (reader.push(piece)) break;
          reader.finish();
          touch(reader.dataset);
        }),
    };
  },
);

const inflates: FuzzTarget = {
  name: 'deflated data set',
  seeds: [deflateRawSync(EXPLICIT_IMAGE), deflateRawSync(Buffer.alloc(8 * 1024 * 1024))],
  run: (bytes) =>
    outcome(() =>
      touch(readDataset(bytes, { transferSyntax: TransferSyntax.DeflatedExplicitLittleEndian, maxBytes: 1_048_576 })),
    ),
};

const commands: FuzzTarget = {
  name: 'command set',
  seeds: [STORE_COMMAND],
  run: (bytes) => outcome(() => touch(decodeCommand(bytes).elements)),
};

const KOS = buildKos(kos);

const documents: readonly FuzzTarget[] = [
  { name: 'KOS', seeds: [KOS], run: (bytes) => readKos(bytes).ok },
  { name: 'file', seeds: [KOS], run: (bytes) => outcome(() => touch(readPart10(bytes).dataset)) },
  {
    name: 'Key Object',
    seeds: [keyObject()],
    run: (bytes) => readKeyObject(bytes, TransferSyntax.ExplicitLittleEndian).ok,
  },
];

/** The KOS's data set, behind preamble, prefix and file meta, under the title `Of Interest` that makes it a Key Object. */
function keyObject(): Buffer {
  const dataset = Buffer.from(KOS.subarray(144 + KOS.readUInt32LE(140)));
  dataset.write('113000', dataset.indexOf('113030'), 'latin1');
  return dataset;
}

/** Everything of this library that reads bytes of a peer or of a file. */
export const TARGETS: readonly FuzzTarget[] = [pdus, ...datasets, ...heads, inflates, commands, ...documents];
