import { readFileSync } from 'node:fs';
import { readRegistryResponse } from '../registry-response/registry-response.js';
import { envelope, fault, success } from '../testing/answers.js';
import { describeWithSamples, sample } from '../testing/tools.js';
import { readSoapAnswer } from './read.js';

const ID = 'urn:uuid:a6ba8f7f-b214-4a2d-96f1-54293d537ce3';
const PLAIN = 'application/soap+xml; charset=UTF-8';
const read = (body: string, type = PLAIN): ReturnType<typeof readSoapAnswer> =>
  readSoapAnswer(type, Buffer.from(body), ID);
const part = (envelopeXml: string, encoding = 'binary'): string =>
  `--b\r\nContent-Type: application/xop+xml\r\nContent-Transfer-Encoding: ${encoding}\r\nContent-ID: <r>\r\n\r\n${envelopeXml}\r\n--b--\r\n`;

describe('SOAP answers', () => {
  it('gives the body, of a plain or of a multipart answer', () => {
    const expected = { kind: 'body', content: { name: 'RegistryResponse' } };
    expect(read(envelope(success(), ID))).toMatchObject(expected);
    expect(read(part(envelope(success())), 'multipart/related; boundary="b"; start="<r>"')).toMatchObject(expected);
  });

  it('gives code, subcodes and reason of a fault', () => {
    expect(read(envelope(fault('Sender', 'InvalidSecurity', 'VIHF')))).toEqual({
      kind: 'fault',
      fault: { code: 'Sender', subcodes: ['InvalidSecurity'], reason: 'VIHF' },
    });
    expect(read(envelope('<s:Fault/>'))).toEqual({ kind: 'fault', fault: { code: '', subcodes: [], reason: '' } });
  });

  it.each([
    ['an HTML page', '<html><body>503</body></html>', 'text/html', 'not-soap'],
    ['HTML said to be SOAP', '<html><body/></html>', PLAIN, 'not-soap'],
    ['no content type', envelope(success()), '', 'not-soap'],
    ['a SOAP 1.1 envelope', envelope(success()).replace('2003/05', '2001/12'), 'text/xml', 'not-soap'],
    ['an empty body', envelope(''), PLAIN, 'not-soap'],
    ['nothing', '', PLAIN, 'not-well-formed'],
    ['a cut envelope', envelope(success()).slice(0, -20), PLAIN, 'not-well-formed'],
    ['a DOCTYPE', `<!DOCTYPE s>${envelope(success())}`, PLAIN, 'doctype'],
    ['the answer to another message', envelope(success(), 'urn:uuid:other'), PLAIN, 'other-message'],
    [
      'a multipart without its end',
      part(envelope(success())).slice(0, -8),
      'multipart/related; boundary=b',
      'broken-multipart',
    ],
    ['a root part in base64', part('QQ==', 'base64'), 'multipart/related; boundary=b', 'broken-multipart'],
    ['another start', part(envelope(success())), 'multipart/related; boundary=b; start="<x>"', 'broken-multipart'],
  ])('cannot read %s', (_what, body, type, reason) => {
    expect(read(body, type)).toEqual({ kind: 'unreadable', reason });
  });

  describeWithSamples('official response', () => {
    it('is a Success that relates to the official publication', () => {
      const file = readFileSync(sample('drim-m-poc', 'XDS', 'response.xml'), 'utf8');
      // The published file lost the line breaks of its part headers: they are put back around the envelope, kept as it is.
      const xml = /<soap:Envelope[\s\S]*<\/soap:Envelope>/.exec(file)?.[0] ?? '';
      const answer = read(part(`  ${xml}`), 'multipart/related; boundary="b"; start="<r>"');
      if (answer.kind !== 'body') throw new Error(answer.kind);
      expect(readRegistryResponse(answer.content)).toEqual({ status: 'Success', errors: [] });
    });
  });
});
