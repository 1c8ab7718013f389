import { pduStarts } from './pdu-starts.js';

const pdu = (type: number, body: string): Buffer => {
  const head = Buffer.alloc(6);
  head.writeUInt8(type, 0);
  head.writeUInt32BE(body.length, 2);
  return Buffer.concat([head, Buffer.from(body)]);
};
const STREAM = Buffer.concat([pdu(1, 'associate'), pdu(4, 'command'), pdu(4, ''), pdu(4, 'data'), pdu(5, 'ok')]);
const WHOLE = [
  [1, 'assoc'],
  [4, 'comma'],
  [4, ''],
  [4, 'data'],
  [5, 'ok'],
];
const told = (chunks: readonly Buffer[], kept = 5): unknown[] => {
  const starts = pduStarts(kept);
  return chunks.flatMap(starts).map(({ type, start }) => [type, start.toString()]);
};

it('finds each PDU, wherever the stream is cut in two', () => {
  for (let at = 0; at <= STREAM.length; at += 1)
    expect(told([STREAM.subarray(0, at), STREAM.subarray(at)])).toEqual(WHOLE);
});

it('finds them byte by byte, and with nothing wanted but their types', () => {
  const bytes = [...STREAM].map((byte) => Buffer.from([byte]));
  expect(told(bytes)).toEqual(WHOLE);
  expect(told(bytes, 0)).toEqual(WHOLE.map(([type]) => [type, '']));
});

it('tells one as soon as what is wanted of it has come', () => {
  const starts = pduStarts(2);
  expect(starts(pdu(7, 'abort').subarray(0, 7))).toEqual([]);
  expect(starts(Buffer.from('b'))).toMatchObject([{ type: 7 }]);
  expect(starts(Buffer.from('ort'))).toEqual([]);
});
