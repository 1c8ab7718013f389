import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatasetError } from '../dataset/dataset-error.js';
import { part10Head } from '../dataset/part10.js';
import { readDataset } from '../dataset/read-dataset.js';
import { Tag } from '../dataset/tags.js';
import { type Attributes, writeDataset } from '../dataset/write-dataset.js';
import { squareImage } from '../testing/objects.js';
import { run, temporaryFolder } from '../testing/peers.js';
import { mutated, seededRandom } from '../testing/random.js';
import { TransferSyntax } from '../uids.js';
import { insItem } from './ins.js';
import { InsSplicer, type SpliceOptions } from './splice-ins.js';

/** A national test identity. */
const ins = { value: '277076322082910', oid: '1.2.250.1.213.1.4.10' };
const { ExplicitLittleEndian, ImplicitLittleEndian, ExplicitBigEndian } = TransferSyntax;
const SYNTAXES = [ExplicitLittleEndian, ImplicitLittleEndian];

const BEFORE: Attributes = {
  [Tag.SpecificCharacterSet]: 'ISO_IR 100',
  [Tag.SOPInstanceUID]: '1.2.3',
  [Tag.ReferencedStudySequence]: [{ [Tag.ReferencedSOPInstanceUID]: '1.2' }],
  [Tag.PatientName]: 'LEFÈVRE^Hélène',
  [Tag.PatientID]: 'IPP1',
};
const AFTER: Attributes = { [Tag.PatientComments]: '63220', [Tag.StudyInstanceUID]: '1.2.3.4', ...squareImage(32) };
const OTHER: Attributes = { [Tag.PatientID]: 'OTHER', [Tag.TypeOfPatientID]: 'TEXT' };
const INS_ITEM = insItem(ins) as unknown as Attributes;

function spliced(
  bytes: Buffer,
  options: Partial<SpliceOptions> = {},
  chunk: () => number = () => bytes.length,
): Buffer {
  const splicer = new InsSplicer({ transferSyntax: ExplicitLittleEndian, ins, ...options });
  const out: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + Math.max(1, chunk());
    out.push(...splicer.push(bytes.subarray(at, end)));
    at = end;
  }
  out.push(...splicer.finish());
  return Buffer.concat(out);
}

const sequence = (items: readonly Attributes[], syntax: string): Buffer =>
  writeDataset({ [Tag.OtherPatientIDsSequence]: items }, syntax);

/** The same sequence with undefined lengths (PS3.5 §7.5). */
function undefinedLength(items: readonly Attributes[], syntax: string): Buffer {
  const whole = sequence(items, syntax);
  const head = Buffer.from(whole.subarray(0, syntax === ImplicitLittleEndian ? 8 : 12));
  head.writeUInt32LE(0xffffffff, head.length - 4);
  return Buffer.concat([head, whole.subarray(head.length), Buffer.from('feffdde000000000', 'hex')]);
}

describe.each(SYNTAXES)('in %s', (syntax) => {
  const before = writeDataset(BEFORE, syntax);
  const after = writeDataset(AFTER, syntax);

  it.each([
    ['no sequence', Buffer.alloc(0), sequence([INS_ITEM], syntax)],
    ['an empty one', sequence([], syntax), sequence([INS_ITEM], syntax)],
    ['one of the PACS', sequence([OTHER], syntax), sequence([OTHER, INS_ITEM], syntax)],
    ['one of undefined length', undefinedLength([OTHER], syntax), undefinedLength([OTHER, INS_ITEM], syntax)],
    ['one with this INS', sequence([INS_ITEM, OTHER], syntax), sequence([INS_ITEM, OTHER], syntax)],
  ])('%s: every other byte stays, whatever the chunks', (_, stored, expected) => {
    const random = seededRandom(1_002);
    const bytes = Buffer.concat([before, stored, after]);
    const wanted = Buffer.concat([before, expected, after]);
    for (let round = 0; round < 60; round += 1) {
      const size = 1 + Math.floor(random() * 40) * (1 + Math.floor(random() * 60));
      expect(spliced(bytes, { transferSyntax: syntax }, () => Math.floor(random() * size)).equals(wanted)).toBe(true);
    }
  });

  it('a data set that ends before (0010,1002)', () => {
    expect(spliced(before, { transferSyntax: syntax })).toEqual(Buffer.concat([before, sequence([INS_ITEM], syntax)]));
  });

  it('the same value under another OID is another identity', () => {
    const elsewhere = insItem({ ...ins, oid: '1.2.250.1.213.1.4.8' }) as unknown as Attributes;
    const bytes = Buffer.concat([before, sequence([elsewhere], syntax), after]);
    const read = readDataset(spliced(bytes, { transferSyntax: syntax }), { transferSyntax: syntax });
    expect(read.getItems(Tag.OtherPatientIDsSequence)).toHaveLength(2);
  });
});

it('retired group lengths grow with what is put in', () => {
  const group = (bytes: Buffer, tag: string): Buffer => {
    const head = Buffer.from(`${tag}554c0400`, 'hex');
    const length = Buffer.alloc(4);
    length.writeUInt32LE(bytes.length, 0);
    return Buffer.concat([head, length]);
  };
  const identifying = writeDataset({ [Tag.SOPInstanceUID]: '1.2.3' }, ExplicitLittleEndian);
  const patient = writeDataset({ [Tag.PatientID]: 'IPP1' }, ExplicitLittleEndian);
  const after = writeDataset(AFTER, ExplicitLittleEndian);
  const withIns = Buffer.concat([patient, sequence([INS_ITEM], ExplicitLittleEndian)]);
  const build = (patientGroup: Buffer): Buffer =>
    Buffer.concat([group(identifying, '08000000'), identifying, group(patientGroup, '10000000'), patientGroup, after]);
  expect(spliced(build(patient)).equals(build(withIns))).toBe(true);
});

it('a sequence that a relay turned into UN gets its item in implicit VR', () => {
  const items = sequence([OTHER], ImplicitLittleEndian).subarray(8);
  const head = Buffer.from('10000210554e000000000000', 'hex');
  head.writeUInt32LE(items.length, 8);
  const bytes = Buffer.concat([
    writeDataset(BEFORE, ExplicitLittleEndian),
    head,
    items,
    writeDataset(AFTER, ExplicitLittleEndian),
  ]);
  const read = readDataset(spliced(bytes), { transferSyntax: ExplicitLittleEndian });
  const body = read.getBytes(Tag.OtherPatientIDsSequence) ?? Buffer.alloc(0);
  expect(body.equals(sequence([OTHER, INS_ITEM], ImplicitLittleEndian).subarray(8))).toBe(true);
});

it('pixels pass by reference once the head is done', () => {
  const splicer = new InsSplicer({ transferSyntax: ExplicitLittleEndian, ins });
  splicer.push(writeDataset({ ...BEFORE, ...AFTER }, ExplicitLittleEndian));
  const pixels = Buffer.alloc(1 << 20);
  expect(splicer.push(pixels)[0]).toBe(pixels);
});

it('dcmtk reads the INS in each syntax, big endian too, and finds the rest as it was', async () => {
  const folder = temporaryFolder();
  const source = path.join(folder, 'source.dcm');
  const meta = { sopClass: '1.2.840.10008.5.1.4.1.1.4', sopInstance: '1.2.3' };
  const data = writeDataset({ ...BEFORE, [Tag.OtherPatientIDsSequence]: [OTHER], ...AFTER }, ExplicitLittleEndian);
  writeFileSync(source, Buffer.concat([part10Head({ ...meta, transferSyntax: ExplicitLittleEndian }), data]));
  for (const [option, syntax] of [
    ['+te', ExplicitLittleEndian],
    ['+ti', ImplicitLittleEndian],
    ['+tb', ExplicitBigEndian],
  ] as const) {
    const [stored, out] = [path.join(folder, 'stored.dcm'), path.join(folder, 'out.dcm')];
    expect((await run('dcmconv', ['-F', '-g', option, source, stored])).code).toBe(0);
    const bytes = await import('node:fs').then(({ readFileSync }) => readFileSync(stored));
    writeFileSync(
      out,
      Buffer.concat([part10Head({ ...meta, transferSyntax: syntax }), spliced(bytes, { transferSyntax: syntax })]),
    );
    const dump = await run('dcmdump', ['-q', '+L', out]);
    expect(dump.code).toBe(0);
    expect(dump.output).toContain(`[${ins.value}]`);
    const lines = (text: string): string[] =>
      text.split('\n').filter((line) => /^\((?!0002|0010,1002)/.test(line) && !/# +0 0/.test(line));
    const original = await run('dcmdump', [
      '-q',
      '+L',
      option === '+te' ? source : stored,
      ...(option === '+te' ? [] : ['-f', `-t${option[2]}`]),
    ]);
    expect(lines(dump.output)).toEqual(lines(original.output));
  }
});

describe('what cannot be spliced', () => {
  const failure = (work: () => unknown): string => {
    try {
      work();
      return 'none';
    } catch (error) {
      return error instanceof DatasetError ? error.kind : String(error);
    }
  };
  const whole = writeDataset({ ...BEFORE, ...AFTER }, ExplicitLittleEndian);

  it('a head without end, a deflated data set, a cut one', () => {
    const private1 = Buffer.from('090010004f42000000000001', 'hex');
    expect(failure(() => spliced(Buffer.concat([private1, Buffer.alloc(5000)]), { maxHeadBytes: 4096 }))).toBe('limit');
    expect(failure(() => spliced(whole, { transferSyntax: TransferSyntax.DeflatedExplicitLittleEndian }))).toBe(
      'syntax',
    );
    expect(failure(() => spliced(whole.subarray(0, 60)))).toBe('malformed');
    expect(() => spliced(whole, { ins: { value: '1\\2', oid: ins.oid } })).toThrow(RangeError);
  });

  it('4000 mutations: spliced or a DatasetError', () => {
    const random = seededRandom(4_242);
    const small = writeDataset(
      { ...BEFORE, [Tag.OtherPatientIDsSequence]: [OTHER], [Tag.PatientComments]: 'x' },
      ExplicitLittleEndian,
    );
    const outcomes: Record<string, number> = {};
    for (let round = 0; round < 4000; round += 1) {
      const outcome = failure(() => spliced(mutated(small, random), {}, () => 64));
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    }
    expect(Object.keys(outcomes).toSorted()).toEqual(expect.arrayContaining(['malformed', 'none']));
    expect(Object.keys(outcomes).every((kind) => ['none', 'malformed', 'limit', 'charset'].includes(kind))).toBe(true);
  });
});
