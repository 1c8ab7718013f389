import { MAX_DEPTH, MAX_ELEMENTS, parseXml } from './parse.js';

const problem = (xml: string | Buffer): string | undefined => {
  const result = parseXml(Buffer.from(xml));
  return result.ok ? undefined : result.problem;
};

describe('XML from outside', () => {
  it.each([
    ['<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', 'doctype'],
    ['<?xml version="1.0"?>\n<!doctype html><html/>', 'doctype'],
    ['<a><b></a>', 'not-well-formed'],
    ['<a>&unknown;</a>', 'not-well-formed'],
    ['', 'not-well-formed'],
    ['plain words', 'not-well-formed'],
    [Buffer.from('<a>\xe9</a>', 'latin1'), 'not-utf8'],
    [Buffer.from('\ufeff<a/>', 'utf16le'), 'not-utf8'],
    ['<a>'.repeat(MAX_DEPTH + 1) + '</a>'.repeat(MAX_DEPTH + 1), 'too-deep'],
    [`<a>${'<b/>'.repeat(MAX_ELEMENTS)}</a>`, 'too-many-elements'],
    ['<a>'.repeat(5000), 'not-well-formed'],
  ])('refuses %#', (xml, expected) => {
    expect(problem(xml)).toBe(expected);
  });

  it('reads namespaces, attributes and text, CDATA included, and keeps comments out', () => {
    const result = parseXml(Buffer.from('\n<p:a xmlns:p="urn:p" x="1">é<!-- no --><![CDATA[<&]]><b/></p:a>'));
    expect(result).toMatchObject({
      ok: true,
      root: { namespace: 'urn:p', name: 'a', text: 'é<&', children: [{ namespace: '', name: 'b' }] },
    });
  });
});
