import { parseDn, readAuthorities, readCrl, verifyWhiteList, type WhiteListResult } from '@drimbox/trust';
import { runTool } from '../dmp/tool.js';
import { type Authority, createAuthority } from '../pki/authority.js';
import { authorityBundle } from '../pki/store.js';
import type { FaultKind } from './behaviours.js';
import { Publisher } from './publisher.js';

const ENTRIES = [
  {
    db: 'db1.990.mesimagesmedicales.fr',
    vi: '',
    operator: 'Opérateur & fils',
    dn: 'CN=db1.990.mesimagesmedicales.fr,OU=31990,C=FR',
  },
];
const ID_ATTRIBUTE = 'http://uri.etsi.org/01903/v1.3.2#:SignedProperties';
let igc: Authority;
let publisher: Publisher;

beforeAll(async () => {
  igc = await createAuthority('igc');
  publisher = await Publisher.open(igc, ENTRIES);
});
afterEach(() => publisher.clearFaults());

const verified = (bytes: Buffer): WhiteListResult =>
  verifyWhiteList(bytes, {
    authorities: readAuthorities(authorityBundle(igc)),
    crls: (['root', 'issuing'] as const).flatMap((of) => {
      const read = readCrl(publisher.crl(of));
      return read.ok ? [read.crl] : [];
    }),
    signers: [parseDn('CN=Liste Blanche DRIM-M,OU=318751275100020')!],
    now: new Date(),
  });

/** What xmlsec1 says, key taken from the embedded certificate only after its chain. */
const xmlsec = async (bytes: Buffer): Promise<boolean> => {
  const { exitCode } = await runTool(
    'xmlsec1',
    { 'list.xml': bytes, 'root.pem': igc.root.certificate, 'aci.pem': igc.issuing.certificate },
    (dir) => [
      '--verify',
      '--enabled-key-data',
      'x509',
      '--trusted-pem',
      `${dir}/root.pem`,
      '--untrusted-pem',
      `${dir}/aci.pem`,
      '--id-attr:Id',
      ID_ATTRIBUTE,
      `${dir}/list.xml`,
    ],
  );
  return exitCode === 0;
};

describe.each(['filter2', 'enveloped'] as const)('the %s list of the sandbox', (form) => {
  beforeAll(() => publisher.publish({ form }));

  it('is good for the product and for xmlsec1', async () => {
    const file = publisher.file();
    expect(verified(file)).toMatchObject({ ok: true, list: { form, entries: [{ operator: 'Opérateur & fils' }] } });
    expect(await xmlsec(file)).toBe(true);
    expect(file.includes('<?xml')).toBe(form === 'filter2');
    expect(file.includes('\r\n')).toBe(form === 'enveloped');
  });

  // `null`: not asked. xmlsec1 takes a signature anywhere, knows no size too large, and dies of entities.
  it.each<[FaultKind, string, boolean | null]>([
    ['truncated', 'markup', false],
    ['flipped', 'digest', false],
    ['unsigned', 'unsigned', false],
    ['two-signatures', 'profile', null],
    ['wrapped', 'profile', null],
    ['entity-bomb', 'markup', null],
    ['huge', 'markup', null],
    ['other-signer', 'signer', true],
  ])('%s: %s', async (fault, kind, opinion) => {
    publisher.addFault(fault);
    expect(verified(publisher.file())).toMatchObject({ ok: false, kind });
    if (opinion !== null) expect(await xmlsec(publisher.file())).toBe(opinion);
  });
});

it('signed by a forger who names himself like the signer is refused by both', async () => {
  const forger = await Publisher.open(await createAuthority('igc'), ENTRIES);
  expect(verified(forger.file())).toMatchObject({ ok: false, kind: 'untrusted' });
  expect(await xmlsec(forger.file())).toBe(false);
});

it('follows its certificate revocation lists: stale, fresh, revoking', async () => {
  await publisher.datesOfCrls(true);
  expect(verified(publisher.file())).toMatchObject({ ok: false, kind: 'stale-crl' });
  await publisher.datesOfCrls(false);
  expect(verified(publisher.file()).ok).toBe(true);
  await publisher.revoke();
  expect(verified(publisher.file())).toMatchObject({ ok: false, kind: 'revoked' });
  await publisher.renewSigner();
  await publisher.publish({});
  expect(verified(publisher.file()).ok).toBe(true);
});
