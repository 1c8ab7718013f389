import { APPLICATION_CONTEXT, SopClass, TransferSyntax } from '../uids.js';
import { decodePdu } from './decode-pdu.js';
import { encodeData, encodePdu } from './encode-pdu.js';
import { type AssociateAccept, type AssociateRequest, type ControlPdu, PduType, type PdvFragment } from './pdu.js';
import { PduError } from './pdu-error.js';
import { PduReader } from './pdu-reader.js';
import { abortText, rejectText } from './reasons.js';

const common = {
  calledAe: 'PACS',
  callingAe: 'DRIMBOX',
  maxPduLength: 131_072,
  implementationClassUid: '1.2.3.4',
  implementationVersion: 'TEST_1',
  roles: [{ sopClass: '1.2.840.10008.5.1.4.1.1.2', scu: false, scp: true }],
};
const request: AssociateRequest = {
  ...common,
  type: PduType.AssociateRequest,
  protocolVersion: 1,
  applicationContext: APPLICATION_CONTEXT,
  contexts: [
    { id: 1, abstractSyntax: SopClass.Verification, transferSyntaxes: [TransferSyntax.ImplicitLittleEndian] },
    {
      id: 3,
      abstractSyntax: SopClass.StudyRootFind,
      transferSyntaxes: [TransferSyntax.ExplicitLittleEndian, TransferSyntax.ImplicitLittleEndian],
    },
  ],
};
const accept: AssociateAccept = {
  ...common,
  type: PduType.AssociateAccept,
  contexts: [
    { id: 1, result: 0, transferSyntax: TransferSyntax.ImplicitLittleEndian },
    { id: 3, result: 4, transferSyntax: TransferSyntax.ImplicitLittleEndian },
  ],
};
const all: ControlPdu[] = [
  request,
  accept,
  { type: PduType.AssociateReject, result: 2, source: 3, reason: 1 },
  { type: PduType.ReleaseRequest },
  { type: PduType.ReleaseReply },
  { type: PduType.Abort, source: 2, reason: 6 },
];

/** Everything a reader hands on for these bytes, given in chunks of `size`. */
function readAll(bytes: Buffer, size: number): { pdus: ControlPdu[]; fragments: PdvFragment[]; idle: boolean } {
  const pdus: ControlPdu[] = [];
  const fragments: PdvFragment[] = [];
  const reader = new PduReader({ onPdu: (pdu) => pdus.push(pdu), onFragment: (fragment) => fragments.push(fragment) });
  for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
  return { pdus, fragments, idle: reader.idle };
}

const pdv = (flags: number, text: string): Buffer => {
  const head = Buffer.of(0, 0, 0, text.length + 2, 1, flags);
  return Buffer.concat([head, Buffer.from(text)]);
};

/** For toThrow: decoding an A-ASSOCIATE-RQ that proposes these. */
const decode = (contexts: AssociateRequest['contexts']) => () =>
  decodePdu(PduType.AssociateRequest, encodePdu({ ...request, contexts }).subarray(6));

const joined = (fragments: PdvFragment[]): Buffer => Buffer.concat(fragments.map(({ bytes }) => bytes));

describe('control PDUs', () => {
  it.each(all.map((pdu): [number, ControlPdu] => [pdu.type, pdu]))(
    'type %i: decoded as encoded, whatever the chunks',
    (_, pdu) => {
      for (const size of [1, 3, 7, 100_000]) {
        expect(readAll(encodePdu(pdu), size)).toEqual({ pdus: [pdu], fragments: [], idle: true });
      }
    },
  );

  it('encodes A-ASSOCIATE-RQ as PS3.8 §9.3.2 lays it out', () => {
    const bytes = encodePdu(request);
    expect(bytes.readUInt32BE(2)).toBe(bytes.length - 6);
    expect(bytes.readUInt16BE(6)).toBe(1);
    expect(bytes.toString('latin1', 10, 42)).toBe('PACS            DRIMBOX         ');
    expect(bytes.toString('latin1', 78, 78 + APPLICATION_CONTEXT.length)).toBe(APPLICATION_CONTEXT);
  });

  it.each([
    ['unknown type', Buffer.of(9, 0, 0, 0, 0, 4, 0, 0, 0, 0)],
    ['release of a megabyte', Buffer.of(5, 0, 0, 16, 0, 0)],
    ['association of a gigabyte', Buffer.of(1, 0, 0x40, 0, 0, 0)],
    ['data of a gigabyte', Buffer.of(4, 0, 0x40, 0, 0, 0)],
    ['abort without its codes', Buffer.of(7, 0, 0, 0, 0, 2, 0, 0)],
    ['PDV longer than its PDU', Buffer.of(4, 0, 0, 0, 0, 8, 0, 0, 0, 9, 1, 3, 0, 0)],
    ['PDV shorter than its own head', Buffer.of(4, 0, 0, 0, 0, 8, 0, 0, 0, 1, 1, 3, 0, 0)],
    ['rest too short for a PDV', Buffer.of(4, 0, 0, 0, 0, 3)],
  ])('refuses: %s', (_, bytes) => {
    expect(() => readAll(bytes, 100)).toThrow(PduError);
  });

  it('bounds contexts and transfer syntaxes, refuses ids that are even or repeated', () => {
    const context = { id: 1, abstractSyntax: '1.2', transferSyntaxes: ['1.2'] };
    expect(decode([{ ...context, id: 2 }])).toThrow('even context id');
    expect(decode([context, context])).toThrow('context id repeated');
    expect(decode([{ ...context, transferSyntaxes: Array.from({ length: 65 }, () => '1.2') }])).toThrow(
      'too many items',
    );
    expect(decode(Array.from({ length: 200 }, (_, i) => ({ ...context, id: (2 * i + 1) % 256 })))).toThrow(
      'too many items',
    );
    expect(decode(Array.from({ length: 128 }, (_, i) => ({ ...context, id: 2 * i + 1 })))).not.toThrow();
  });

  it('ignores items it does not know (PS3.8 §9.3.1)', () => {
    const bytes = encodePdu(request);
    const stranger = Buffer.of(0x7e, 0, 0, 2, 1, 2);
    const longer = Buffer.concat([bytes, stranger]);
    longer.writeUInt32BE(longer.length - 6, 2);
    expect(readAll(longer, 1000).pdus).toEqual([request]);
  });
});

describe('P-DATA-TF', () => {
  const message = Buffer.from(Array.from({ length: 1001 }, (_, i) => i % 251));

  it.each([16, 100, 0, 131_072])('splits for a peer that announced %i, reads back the same bytes', (peerMax) => {
    const parts = Buffer.concat(encodeData(5, false, message, peerMax, 131_072));
    for (const size of [1, 13, 4096]) {
      const { fragments, idle } = readAll(parts, size);
      expect(joined(fragments).equals(message)).toBe(true);
      expect(fragments.map(({ last }) => last).lastIndexOf(true)).toBe(fragments.length - 1);
      expect(fragments.filter(({ last }) => last)).toHaveLength(1);
      expect(fragments.every(({ contextId, command }) => contextId === 5 && !command)).toBe(true);
      expect(idle).toBe(true);
    }
    if (peerMax > 0) expect(parts.readUInt32BE(2)).toBeLessThanOrEqual(peerMax);
  });

  it('reads several PDVs of one PDU, an empty one included', () => {
    const body = Buffer.concat([pdv(1, 'com'), pdv(3, 'mand'), pdv(2, '')]);
    const head = Buffer.of(4, 0, 0, 0, 0, body.length);
    const { fragments } = readAll(Buffer.concat([head, body]), 1000);
    expect(fragments.map(({ command, last, bytes }) => [command, last, bytes.toString()])).toEqual([
      [true, false, 'com'],
      [true, true, 'mand'],
      [false, true, ''],
    ]);
  });

  it('hands slices of the chunk on, without copying', () => {
    const chunk = Buffer.concat(encodeData(1, false, message, 0, 131_072));
    expect(readAll(chunk, chunk.length).fragments[0]?.bytes.buffer).toBe(chunk.buffer);
  });
});

it('says rejections and aborts in the words of the standard', () => {
  expect(rejectText({ result: 2, source: 3, reason: 1 })).toBe(
    'rejected for now by the service provider (presentation): temporary congestion',
  );
  expect(rejectText({ result: 9, source: 8, reason: 7 })).toBe('rejected with result 9 by the source 8: reason 7');
  expect(abortText({ source: 2, reason: 2 })).toBe('aborted by the service provider: unexpected PDU');
  expect(abortText({ source: 0, reason: 2 })).toBe('aborted by the service user');
});
