import net from 'node:net';
import { deflateRawSync } from 'node:zlib';
import { openPart10, part10Head, readPart10 } from './dataset/part10.js';
import { DatasetError } from './dataset/dataset-error.js';
import { HeadReader } from './dataset/head-reader.js';
import { readDataset } from './dataset/read-dataset.js';
import { Tag } from './dataset/tags.js';
import { type Attributes, writeDataset } from './dataset/write-dataset.js';
import { CommandField, encodeCommand } from './dimse/command-set.js';
import { buildKos } from './kos/build-kos.js';
import { readKos } from './kos/read-kos.js';
import { encodeData, encodePdu } from './pdu/encode-pdu.js';
import { PduType } from './pdu/pdu.js';
import { PduReader } from './pdu/pdu-reader.js';
import { decodeCommand } from './dimse/command-set.js';
import { kosInput } from './testing/kos.js';
import { testScp } from './testing/scp.js';
import { TransferSyntax } from './uids.js';

/** Classes of malformed files that have broken other implementations: each is refused, or read as what it says and no more. */
const EXPLICIT = TransferSyntax.ExplicitLittleEndian;
const DEFLATED = TransferSyntax.DeflatedExplicitLittleEndian;
const IMPLICIT = TransferSyntax.ImplicitLittleEndian;
const CT = '1.2.840.10008.5.1.4.1.1.2';
const FILE_ID = 0x00041500;

const IMAGE: Attributes = {
  [Tag.SOPClassUID]: CT,
  [Tag.SOPInstanceUID]: '1.2.3.4',
  [Tag.PatientID]: 'IPP101',
  [Tag.ContentSequence]: [{ [Tag.CodeMeaning]: 'x' }],
  [Tag.Rows]: 16,
  [Tag.PixelData]: Buffer.alloc(64, 7),
};

/** What was read of it, or the kind of the refusal. */
function kindOf(read: () => unknown): string {
  try {
    read();
    return 'read';
  } catch (error) {
    if (error instanceof DatasetError) return error.kind;
    throw error;
  }
}

const head = (bytes: Buffer, transferSyntax: string, maxBytes = 65_536): HeadReader => {
  const reader = new HeadReader({ transferSyntax, untilTag: Tag.PixelData, maxBytes });
  if (!reader.push(bytes)) reader.finish();
  return reader;
};

it('where a head ends is the same whether it is read or not, in chunks of any size', () => {
  const whole = writeDataset(IMAGE, EXPLICIT);
  const options = { transferSyntax: EXPLICIT, untilTag: Tag.PixelData, maxBytes: 65_536 };
  const endIn = (size: number, endOnly: boolean): number => {
    const reader = new HeadReader({ ...options, endOnly });
    for (let at = 0; !reader.push(whole.subarray(at, at + size)); at += size);
    return reader.end;
  };
  const end = head(whole, EXPLICIT).end;
  for (const size of [1, 7, 64, whole.length]) expect([endIn(size, false), endIn(size, true)]).toEqual([end, end]);
  const only = new HeadReader({ ...options, endOnly: true });
  only.push(whole);
  expect(() => only.dataset).toThrow(RangeError);
});

it('truncated anywhere: refused, or read up to an element that is whole', () => {
  const whole = writeDataset(IMAGE, EXPLICIT);
  const ends: number[] = [];
  for (let length = 0; length < whole.length; length += 1) {
    const kind = kindOf(() => readDataset(whole.subarray(0, length), { transferSyntax: EXPLICIT }));
    if (kind === 'read') ends.push(length);
    else expect(kind).toBe('malformed');
  }
  // Nothing, and the ends of the five elements before the pixels.
  expect(ends).toHaveLength(6);
});

describe('sequences of undefined length, 10,000 deep', () => {
  const open = {
    explicit: 'feff00e0ffffffff 400030a7 5351 0000 ffffffff',
    implicit: 'feff00e0ffffffff 400030a7 ffffffff',
  };
  const deep = (form: 'explicit' | 'implicit'): Buffer => {
    const level = Buffer.from(open[form].replaceAll(' ', ''), 'hex');
    return Buffer.concat(Array<Buffer>(10_000).fill(level)).subarray(8);
  };
  it.each([
    ['explicit', EXPLICIT],
    ['implicit', IMPLICIT],
  ] as const)('%s', (form, transferSyntax) => {
    expect(kindOf(() => readDataset(deep(form), { transferSyntax }))).toBe('limit');
    expect(kindOf(() => head(deep(form), transferSyntax, 1_048_576))).toBe('limit');
  });

  it('in UN, which is then a sequence (CP-246)', () => {
    const un = Buffer.from('400030a7 554e 0000 ffffffff'.replaceAll(' ', ''), 'hex');
    const bytes = Buffer.concat([un, deep('implicit').subarray(8)]);
    expect(kindOf(() => readDataset(bytes, { transferSyntax: EXPLICIT }))).toBe('limit');
    expect(kindOf(() => head(bytes, EXPLICIT, 1_048_576))).toBe('limit');
  });
});

it('a deflate bomb of 256 MB stops at the bound', () => {
  const bomb = deflateRawSync(Buffer.alloc(256 * 1024 * 1024));
  expect(bomb.length).toBeLessThan(300_000);
  expect(kindOf(() => readDataset(bomb, { transferSyntax: DEFLATED }))).toBe('limit');
  // As elements: a head that never ends.
  const element = Buffer.concat([
    Buffer.from('09001000 4f42 0000 00000001'.replaceAll(' ', ''), 'hex'),
    Buffer.alloc(16_777_216),
  ]);
  expect(kindOf(() => head(deflateRawSync(element), DEFLATED))).toBe('limit');
});

it('65535 × 65535 × 65535: the geometry is a number, the pixels are the bytes that came', () => {
  const giant = { ...IMAGE, [Tag.Rows]: 65_535, [Tag.Columns]: 65_535, [Tag.NumberOfFrames]: '65535' };
  const read = readDataset(writeDataset(giant, EXPLICIT), { transferSyntax: EXPLICIT });
  expect([Tag.Rows, Tag.Columns, Tag.NumberOfFrames].map((tag) => read.getInt(tag))).toEqual([65_535, 65_535, 65_535]);
  expect(read.getBytes(Tag.PixelData)?.length).toBe(64);
});

it('odd lengths, which PS3.5 §7.1 forbids, are read as they are', () => {
  const bytes = Buffer.from('100010004c4f0300414243' + '100020004c4f020044 45'.replaceAll(' ', ''), 'hex');
  const read = readDataset(bytes, { transferSyntax: EXPLICIT });
  expect([read.getString(0x00100010), read.getString(Tag.PatientID)]).toEqual(['ABC', 'DE']);
  const numbers = readDataset(Buffer.from('28001000555303 00010203'.replaceAll(' ', ''), 'hex'), {
    transferSyntax: EXPLICIT,
  });
  expect(numbers.getInt(Tag.Rows)).toBe(0x0201);
});

it('a preamble that is a program (CVE-2019-11687) is not looked at, and never written', () => {
  const meta = { sopClass: CT, sopInstance: '1.2.3.4', transferSyntax: EXPLICIT };
  const file = Buffer.concat([part10Head(meta), writeDataset(IMAGE, EXPLICIT)]);
  const polyglot = Buffer.from(file);
  polyglot.write('MZ\x90\0PE\0\0', 0, 'latin1');
  expect(readPart10(polyglot).dataset.getString(Tag.PatientID)).toBe('IPP101');
  const { bytes } = openPart10(polyglot);
  expect(Buffer.concat([part10Head(meta), bytes])).toEqual(file);
  expect(file.subarray(0, 128)).toEqual(Buffer.alloc(128));
});

describe('paths where ids are due', () => {
  const PATH = '../../../etc/passwd';

  it('in a data set they are text, and PatientID and File ID are never more', () => {
    const bytes = Buffer.concat([
      Buffer.from('040000154353 1400'.replaceAll(' ', ''), 'hex'),
      Buffer.from(`${PATH} `),
      writeDataset({ [Tag.PatientID]: PATH }, EXPLICIT),
    ]);
    const read = readDataset(bytes, { transferSyntax: EXPLICIT });
    expect([read.getString(FILE_ID), read.getString(Tag.PatientID)]).toEqual([PATH, PATH]);
  });

  it.each(['sopInstanceUid', 'seriesUid'] as const)('a KOS with one as its %s is none', (name) => {
    const input = kosInput();
    const uid = input[name];
    const file = buildKos(input);
    const path = PATH.padEnd(uid.length, '/x').slice(0, uid.length);
    for (let at = file.indexOf(uid); at >= 0; at = file.indexOf(uid, at + 1)) file.write(path, at, 'latin1');
    expect(readKos(file)).toEqual({ ok: false, reason: expect.stringContaining('not a UID') as string });
  });

  it.each([PATH, '1.2.3/../../4', '1.2.3\\4', '1.2.3.', '..', '1.2.3\n4'])(
    'C-STORE of %j: refused with 0117, its bytes dropped',
    async (uid) => {
      const asked: string[] = [];
      const { listener } = await testScp({
        store: ({ sopInstance }) => {
          asked.push(sopInstance);
          return { write: () => true, end: () => 0, fail: () => undefined };
        },
      });
      try {
        expect(await statusOfStore(listener.port, uid)).toBe(0x0117);
        expect(await statusOfStore(listener.port, '1.2.3.4')).toBe(0);
        expect(asked).toEqual(['1.2.3.4']);
      } finally {
        await listener.close();
      }
    },
  );
});

/** A C-STORE by bare PDUs, as no decent peer would send it. */
function statusOfStore(port: number, sopInstance: string): Promise<number | undefined> {
  // Any text of the same length takes the place of a UID that could not be written.
  const placeholder = '9'.repeat(sopInstance.length);
  const command = encodeCommand(
    {
      [Tag.AffectedSOPClassUID]: CT,
      [Tag.CommandField]: CommandField.StoreRequest,
      [Tag.MessageID]: 7,
      [Tag.Priority]: 0,
      [Tag.AffectedSOPInstanceUID]: placeholder,
    },
    true,
  );
  command.write(sopInstance, command.indexOf(placeholder), 'latin1');
  const socket = net.connect({ host: '127.0.0.1', port, noDelay: true });
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    const reader = new PduReader({
      onPdu: ({ type }) => {
        if (type === PduType.AssociateAccept) {
          const data = writeDataset(IMAGE, EXPLICIT);
          const pdus = [...encodeData(1, true, command, 16_384, 16_384), ...encodeData(1, false, data, 16_384, 16_384)];
          socket.write(Buffer.concat(pdus));
        } else reject(new Error(`PDU ${type}`));
      },
      onFragment: ({ bytes, last }) => {
        parts.push(Buffer.from(bytes));
        if (!last) return;
        resolve(decodeCommand(Buffer.concat(parts)).status);
        socket.destroy();
      },
    });
    socket.on('error', reject).on('data', (chunk) => reader.push(chunk));
    socket.write(
      encodePdu({
        type: PduType.AssociateRequest,
        calledAe: 'DRIMBOX',
        callingAe: 'TEST',
        maxPduLength: 16_384,
        implementationClassUid: '1.2.3',
        roles: [],
        contexts: [{ id: 1, abstractSyntax: CT, transferSyntaxes: [EXPLICIT] }],
      }),
    );
  });
}
