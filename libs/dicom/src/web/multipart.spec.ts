import { dicomPartType, multipartPayload, MultipartWriter, type Part } from './multipart.js';

const EXPLICIT = '1.2.840.10008.1.2.1';
const writer = (): MultipartWriter => new MultipartWriter('application/dicom', 'edge');
const read = async (parts: AsyncIterable<Part> | Iterable<Part>, chunks: Buffer[] = []): Promise<string> => {
  for await (const chunk of multipartPayload(writer(), parts)) chunks.push(chunk);
  return Buffer.concat(chunks).toString('latin1');
};
const part = (...body: string[]): Part => ({
  head: { contentType: dicomPartType(EXPLICIT) },
  body: body.map((text) => Buffer.from(text)),
});

it('heads, bodies and delimiters of RFC 2046', async () => {
  expect(
    await read([part('a', 'b'), { ...part('c'), head: { contentType: 'x/y', contentId: '2@here', location: '/r' } }]),
  ).toBe(
    [
      '--edge',
      `Content-Type: application/dicom; transfer-syntax=${EXPLICIT}`,
      '',
      'ab',
      '--edge',
      'Content-Type: x/y',
      'Content-ID: <2@here>',
      'Content-Location: /r',
      '',
      'c',
      '--edge--',
      '',
    ].join('\r\n'),
  );
  expect(writer().contentType).toBe('multipart/related; type="application/dicom"; boundary=edge');
});

it('each payload has a boundary of its own', () => {
  const boundary = new MultipartWriter('application/dicom').boundary;
  expect(boundary).toMatch(/^[0-9a-f-]{36}$/);
  expect(new MultipartWriter('application/dicom').boundary).not.toBe(boundary);
});

it('a part that breaks leaves the payload without its closing delimiter', async () => {
  const chunks: Buffer[] = [];
  const broken: Part = {
    ...part(),
    body: (function* () {
      yield Buffer.from('half');
      throw new Error('cut');
    })(),
  };
  await expect(read([part('a'), broken], chunks)).rejects.toThrow('cut');
  const sent = Buffer.concat(chunks).toString('latin1');
  expect(sent).toContain('half');
  expect(sent).not.toContain('--edge--');
});

it('refuses what would write a header, a second end, a boundary that is none', () => {
  expect(() => writer().open({ contentType: 'x/y\r\nSet-Cookie: a' })).toThrow(RangeError);
  const closed = writer();
  closed.close();
  expect(() => closed.close()).toThrow(RangeError);
  expect(() => new MultipartWriter('a/b', 'é')).toThrow(RangeError);
});
