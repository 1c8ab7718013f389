import { boundaryOf, MultipartError, type Part, readParts } from './multipart.js';

const BODY = [
  '--b1',
  'Content-Type: application/dicom+json',
  'Content-Location: instances/a',
  'Content-Length: 2',
  '',
  '{}',
  '--b1',
  'content-type: image/jls; transfer-syntax=1.2.840.10008.1.2.4.80',
  'Content-Length: 6',
  '',
  '--b1\r\n', // bytes that look like a delimiter are bytes of the part
  '--b1--',
  '',
].join('\r\n');

async function* chunks(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function all(text: string, size: number): Promise<Part[]> {
  const parts: Part[] = [];
  for await (const part of readParts(chunks(text, size), 'b1')) parts.push(part);
  return parts;
}

it.each([1, 3, 7, 1000])('reads parts out of chunks of %i bytes', async (size) => {
  const parts = await all(BODY, size);
  expect(parts.map(({ headers }) => headers.get('content-length'))).toEqual(['2', '6']);
  expect(parts.map(({ body }) => new TextDecoder().decode(body))).toEqual(['{}', '--b1\r\n']);
  expect(parts[0]?.headers.get('content-location')).toBe('instances/a');
});

it('gives every part a buffer of its own', async () => {
  const [first, second] = await all(BODY, 1000);
  expect(first?.body.buffer.byteLength).toBe(2);
  expect(second?.body.buffer.byteLength).toBe(6);
});

it.each([
  ['cut between two parts', BODY.slice(0, 100)],
  ['cut within a part', BODY.slice(0, 185)],
  ['cut within a head', BODY.slice(0, 30)],
  ['without a length', BODY.replace('Content-Length: 2\r\n', '')],
  ['with a length that is none', BODY.replace('Length: 2', 'Length: -2')],
  ['with a length beyond all measure', BODY.replace('Length: 2', 'Length: 99999999999')],
  ['with something else than a delimiter', `nothing\r\n${BODY}`],
  ['with a head without end', `--b1\r\nX: ${'y'.repeat(10_000)}`],
])('refuses a body %s', async (_, text) => {
  await expect(all(text, 64)).rejects.toThrow(MultipartError);
});

it('reads the boundary, quoted or not', () => {
  expect(boundaryOf('multipart/related; type="application/dicom+json"; boundary=b1')).toBe('b1');
  expect(boundaryOf('multipart/related; boundary="b 1"')).toBe('b 1');
  expect(() => boundaryOf('text/html')).toThrow(MultipartError);
  expect(() => boundaryOf(null)).toThrow(MultipartError);
});
