import { formatDn } from '@drimbox/trust';
import { SettingsSchema } from './settings.js';

const GOOD = {
  whiteListUrl: 'https://example.fr/list.xml',
  crlUrls: 'http://a.example/1.crl, http://a.example/2.crl',
  publicCertificatesDir: '/certificates',
};

it('has a default for all but where to look', () => {
  const settings = SettingsSchema.parse(GOOD);
  expect(settings.whiteListSigners.map(formatDn)).toEqual(['CN=Liste Blanche DRIM-M,OU=318751275100020']);
  expect(settings.crlUrls).toEqual(['http://a.example/1.crl', 'http://a.example/2.crl']);
});

it.each([
  ['whiteListSigners', 'CN=Liste Blanche DRIM-M'],
  ['whiteListSigners', 'CN=a,OU=1;CN=b'],
  ['whiteListSigners', 'anybody'],
  ['whiteListUrl', 'file:///list.xml'],
  ['crlUrls', 'ldap://a.example/crl'],
  ['whiteListTime', '25:00'],
  ['smtpUrl', 'http://mail.example'],
])('refuses %s %s', (key, value) => {
  const read = SettingsSchema.safeParse({ ...GOOD, [key]: value });
  expect(read.success).toBe(false);
  expect(read.error?.issues.map(({ path }) => path[0])).toContain(key);
});
