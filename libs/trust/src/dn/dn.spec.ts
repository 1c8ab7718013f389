import { X509Certificate } from 'node:crypto';
import { TestAuthority } from '../testing/pki.js';
import { dnMatches, formatDn, parseDn, parseOpensslDn, sameDn } from './dn.js';

const LISTED = 'CN=db1.991.mesimagesmedicales.fr,OU=318751275100020,O=AGENCE DU NUMERIQUE EN SANTE,ST=Paris (75),C=FR';
const dn = (text: string): NonNullable<ReturnType<typeof parseDn>> => {
  const parsed = parseDn(text);
  if (!parsed) throw new Error(`cannot be read: ${text}`);
  return parsed;
};

it('reads attributes in their order', () => {
  expect(dn('CN=a, OU=b,O=c').map(({ oid, value }) => [oid, value])).toEqual([
    ['2.5.4.3', 'a'],
    ['2.5.4.11', 'b'],
    ['2.5.4.10', 'c'],
  ]);
});

it.each([
  [LISTED, 'C=FR,ST=Paris (75),O=AGENCE DU NUMERIQUE EN SANTE,OU=318751275100020,CN=db1.991.mesimagesmedicales.fr'],
  [LISTED, LISTED.replaceAll(',', ', ')],
  [LISTED, LISTED.toLowerCase()],
  [LISTED, LISTED.replace('DU NUMERIQUE', 'DU   NUMERIQUE')],
  ['CN=a', '2.5.4.3=a'],
  ['CN=a', 'OID.2.5.4.3=#0c0161'],
  ['CN=a', 'commonName="a"'],
  ['O=A\\, B', 'O=A\\2C B'],
  ['O=A\\, B', 'O="A, B"'],
  ['O=A \\+ B\\+C', 'O="A + B+C"'],
  ["ST=Côte-d'Or (21)", "ST=C\\C3\\B4te-d'Or (21)"],
  ['O=Opérateur', 'O=Ope\u0301rateur'],
  ['S=x', 'ST=x'],
  ['OU=1,OU=2', 'OU=2,OU=1'],
])('%s is %s', (a, b) => {
  expect(sameDn(dn(a), dn(b))).toBe(true);
});

it.each([
  [LISTED, LISTED.replace('OU=318751275100020', 'OU=318751275100021')],
  [LISTED, LISTED.replace(',C=FR', '')],
  [LISTED, `${LISTED},OU=318751275100020`],
  ['CN=a,OU=b', 'CN=b,OU=a'],
  ['CN=a', 'OU=a'],
  ['CN=a b', 'CN=ab'],
  ['OU=1,OU=1', 'OU=1'],
  // One value that reads like two attributes.
  ['CN=a\\,OU=b', 'CN=a,OU=b'],
  ['CN=é', 'CN=e'],
])('%s is not %s', (a, b) => {
  expect(sameDn(dn(a), dn(b))).toBe(false);
});

it.each([
  '',
  'CN',
  '=a',
  'CN=',
  'XX=a',
  'CN=a,',
  'CN=a\\',
  'CN=a\\zz',
  'CN=#0',
  'CN=\\FF',
  `CN=${'a'.repeat(3000)}`,
  'hello',
])('%j is no name', (text) => {
  expect(parseDn(text)).toBeUndefined();
});

it('writes names that it reads back', () => {
  const wild = [
    { oid: '2.5.4.10', value: ' #A, B+C "D" \\ <E>; ' },
    { oid: '2.5.4.3', value: '#x' },
  ];
  expect(sameDn(dn(formatDn(wild)), wild)).toBe(true);
});

it('says of a certificate what OpenSSL says of it, in whatever order the list writes it', async () => {
  const authority = await TestAuthority.root('TEST');
  for (const subject of [LISTED, 'CN=x,OU=1,O=L\'OPÉRATEUR "DEUX",ST=Côte-d\'Or (21),C=FR']) {
    const { certificate, pem } = await authority.issue(subject.replaceAll('"', ''));
    const openssl = parseOpensslDn(new X509Certificate(pem).subject);
    expect(openssl && sameDn(openssl, certificate.subject)).toBe(true);
    expect(sameDn(dn(subject.replaceAll('"', '')), certificate.subject)).toBe(true);
  }
});

it('matches a pattern by all its attributes, each the only one of its type', () => {
  const pattern = dn('CN=Liste Blanche DRIM-M,OU=318751275100020');
  expect(dnMatches(dn('C=FR,OU=318751275100020,CN=Liste blanche  DRIM-M'), pattern)).toBe(true);
  expect(dnMatches(dn('C=FR,CN=Liste Blanche DRIM-M'), pattern)).toBe(false);
  expect(dnMatches(dn('OU=1,OU=318751275100020,CN=Liste Blanche DRIM-M'), pattern)).toBe(false);
});

it('never takes two random names for one (fixed seed)', () => {
  let state = 7;
  const next = (n: number): number => (state = (state * 48_271) % 2_147_483_647) % n;
  const alphabet = ['a', 'é', ' ', ',', '+', '=', '"', '\\', '#', ';', '\n', '1'];
  for (let round = 0; round < 2_000; round++) {
    const value = Array.from({ length: 1 + next(6) }, () => alphabet[next(alphabet.length)]).join('');
    if (value.trim() === '') continue;
    const name = [
      { oid: '2.5.4.3', value },
      { oid: '2.5.4.11', value: '1' },
    ];
    const back = parseDn(formatDn(name));
    // A value may be unreadable once written, never read as something else.
    if (back) expect({ value, same: sameDn(back, name) }).toEqual({ value, same: true });
  }
});
