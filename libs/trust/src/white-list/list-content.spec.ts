import { listWorld, type ListWorld, FORMS } from '../testing/list-world.js';
import { ENTRIES } from '../testing/sign-list.js';
import { verifyWhiteList } from './verify-white-list.js';
let world: ListWorld;
beforeAll(async () => {
  world = await listWorld();
});

describe.each(FORMS)('a %s list', (form) => {
  it.each<[string, (xml: string) => string]>([
    ['an external reference', (xml) => xml.replace('URI=""', 'URI="http://a.example/list.xml"')],
    ['a third reference', (xml) => xml.replace(/(<(ds:)?Reference Type.*<\/(ds:)?Reference>)/s, '$1$1')],
    ['one reference', (xml) => xml.replace(/<(ds:)?Reference Type.*<\/(ds:)?Reference>/s, '')],
    [
      'an XSLT transform',
      (xml) =>
        xml.replace(
          /(<(ds:)?Transforms>)/,
          '$1<$2Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"></$2Transform>',
        ),
    ],
    [
      'XPath 1.0',
      (xml) =>
        xml.replace(
          /Algorithm="[^"]+(filter2|enveloped-signature)"/,
          'Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"',
        ),
    ],
    [
      'HMAC',
      (xml) =>
        xml.replace(/(SignatureMethod Algorithm=")[^"]+/, '$1http://www.w3.org/2001/04/xmldsig-more#hmac-sha256'),
    ],
    [
      'inclusive prefixes',
      (xml) =>
        xml.replace(
          /(Algorithm="http:\/\/www.w3.org\/2001\/10\/xml-exc-c14n#">)(<\/(ds:)?Transform>)/,
          '$1<ec:InclusiveNamespaces xmlns:ec="http://www.w3.org/2001/10/xml-exc-c14n#" PrefixList="ds"></ec:InclusiveNamespaces>$2',
        ),
    ],
    [
      'the references in the other order',
      (xml) =>
        xml.replace(
          /(<(ds:)?Reference Id.*?<\/(?:ds:)?Reference>)(<(?:ds:)?Reference Type.*<\/(?:ds:)?Reference>)/s,
          '$3$1',
        ),
    ],
  ])('with %s, though signed so, is outside the profile', (_name, bend) => {
    let bent = false;
    const signedInfo = (xml: string): string => {
      const bad = bend(xml);
      bent ||= bad !== xml;
      return bad;
    };
    const xml = world.list({ form, signedInfo });
    expect(bent).toBe(true);
    expect(world.verdict(xml)).toBe('profile');
  });

  it.each<[string, string, (string | undefined)?]>([
    ['no date', '<ListeDomaines></ListeDomaines>'],
    [
      'a date without its zone',
      '<DateDeGeneration>2026-06-19T18:06:52</DateDeGeneration><ListeDomaines><Domaine></Domaine></ListeDomaines>',
    ],
    [
      'two dates',
      '<DateDeGeneration>2026-06-19T18:06:52Z</DateDeGeneration><DateDeGeneration>2026-06-19T18:06:52Z</DateDeGeneration><ListeDomaines></ListeDomaines>',
    ],
    ['nobody', '<DateDeGeneration>2026-06-19T18:06:52Z</DateDeGeneration><ListeDomaines></ListeDomaines>'],
  ])('that says %s is signed and unusable', (_name, content) => {
    expect(world.verdict(world.list({ form, content }))).toBe('content');
  });

  it('leaves out entries that name nobody, and says which', () => {
    const db = 'db3.993.mesimagesmedicales.fr';
    const bad = [
      '<Domaine><db>not a name</db><DNCertificatOperateur>CN=a,OU=1</DNCertificatOperateur></Domaine>',
      `<Domaine><db>${db}</db><DNCertificatOperateur>nobody</DNCertificatOperateur></Domaine>`,
      `<Domaine><db>${db}</db><db>${db}</db><DNCertificatOperateur>CN=a,OU=1</DNCertificatOperateur></Domaine>`,
    ];
    const entries = [ENTRIES[0]!, ...bad.map((xml) => ({ db, dn: '', xml }))];
    const result = verifyWhiteList(Buffer.from(world.list({ form, entries })), world.options);
    expect(result.ok && [result.list.entries.length, result.list.leftOut]).toEqual([
      1,
      [
        { position: 2, reason: 'db is no FQDN' },
        { position: 3, reason: 'DNCertificatOperateur cannot be read' },
        { position: 4, reason: 'db given twice' },
      ],
    ]);
  });

  it('reads the text that is signed, not what comments make of it', () => {
    const xml = world
      .list({ form })
      .replace('OU=318751275100020,O=OPERATEUR', 'OU=3187<!-- -->51275100020,O=OPERATEUR');
    const result = verifyWhiteList(Buffer.from(xml), world.options);
    expect(result.ok && result.list.entries[0]?.operatorDn).toBe(ENTRIES[0]!.dn);
  });
});
