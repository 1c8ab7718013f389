import { listWorld, type ListWorld, FORMS } from '../testing/list-world.js';

let world: ListWorld;
beforeAll(async () => {
  world = await listWorld();
});

describe.each(FORMS)('a %s list', (form) => {
  it.each<[string, (xml: string) => string]>([
    ['a comment in DigestValue', (xml) => xml.replace(/(DigestValue>)/, '$1<!-- -->')],
    ['two SignedInfo', (xml) => xml.replace(/(<(ds:)?SignedInfo>.*?<\/(ds:)?SignedInfo>)/s, '$1$1')],
    ['a KeyValue', (xml) => xml.replace(/<(ds:)?X509Data>/, '<$1KeyValue></$1KeyValue>$&')],
    ['an unsigned property', (xml) => xml.replace('</xades:QualifyingProperties>', '<xades:UnsignedProperties/>$&')],
    ['an evil element in Object', (xml) => xml.replace('</xades:QualifyingProperties>', '$&<Domaine/>')],
    ['a second Object', (xml) => xml.replace(/(<(ds:)?Object>)/, '<$2Object/>$1')],
    ['a Target that is not the signature', (xml) => xml.replace('Target="#id-1"', 'Target="#id-2"')],
    ['an Id given twice', (xml) => xml.replace('Id="value-id-1"', 'Id="id-1"')],
    ['an attribute of another namespace', (xml) => xml.replace('Id="id-1"', 'Id="id-1" xml:base="http://a.example/"')],
    ['CDATA in SignatureValue', (xml) => xml.replace(/(SignatureValue Id="value-id-1">)([^<]+)/, '$1<![CDATA[$2]]>')],
    [
      'no QualifyingProperties',
      (xml) => xml.replace(/<xades:QualifyingProperties.*<\/xades:QualifyingProperties>/s, ''),
    ],
    ['another canonicalisation', (xml) => xml.replace('xml-exc-c14n#"', 'xml-exc-c14n#WithComments"')],
  ])('with %s is outside the profile', (_name, bend) => {
    const good = world.list({ form });
    const bad = bend(good);
    expect(bad).not.toBe(good);
    expect(world.verdict(bad)).toBe('profile');
  });
});
