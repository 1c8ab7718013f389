import 'reflect-metadata';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { X509Certificate } from '@peculiar/x509';
import { createAuthority, issue } from '../pki/authority.js';
import type { Authority, IssuedCertificate } from '../pki/authority.js';
import { writeStore } from '../pki/store.js';
import { createTrust, namesCertificate, readDmpPki } from './pki.js';
import { startDmp } from './server.js';

describe('what the DMP trusts', () => {
  let dir: string;
  let igc: Authority;
  let issued: IssuedCertificate;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'sandbox-trust-'));
    igc = await createAuthority('igc');
    issued = await issue(igc, 'SERV_SSL', {
      commonName: 'localhost',
      structure: '310000000000017',
      organisation: 'CABINET, UN + DEUX',
      department: "Côte-d'Or (21)",
      names: ['localhost'],
    });
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  it.each([
    [true, "CN=localhost, OU=310000000000017, O=CABINET\\, UN \\+ DEUX, ST=Côte-d'Or (21), C=FR"],
    [true, "C=FR,ST=Côte-d'Or (21),O=CABINET\\, UN \\+ DEUX,OU=310000000000017,CN=LOCALHOST"],
    [true, "cn=localhost, ou=310000000000017, o=CABINET\\2C  UN \\2B DEUX, st=C\\C3\\B4te-d'Or (21), c=FR"],
    [false, "CN=localhost, OU=310000000000017, O=CABINET\\, UN \\+ DEUX, ST=Côte-d'Or (21)"],
    [false, "CN=localhost, OU=310000000000025, O=CABINET\\, UN \\+ DEUX, ST=Côte-d'Or (21), C=FR"],
    [false, "CN=localhost, OU=310000000000017, O=CABINET, UN \\+ DEUX, ST=Côte-d'Or (21), C=FR"],
    [false, "CN=localhost, CN=localhost, OU=310000000000017, O=CABINET\\, UN \\+ DEUX, ST=Côte-d'Or (21), C=FR"],
    [false, ''],
  ])('%s: %s', (named, text) => {
    expect(namesCertificate(text, new X509Certificate(issued.certificate)).ok).toBe(named);
  });

  it('starts on a written store', async () => {
    await writeStore(dir, { authority: igc, certificates: { dmp: issued } });
    const dmp = await startDmp({ pki: await readDmpPki(dir) });
    expect(await (await fetch(`${dmp.deskUrl}/entries`)).json()).toEqual([]);
    await dmp.stop();
    await expect(fetch(`${dmp.deskUrl}/entries`)).rejects.toThrow();
  });

  it('refuses a CRL of another authority', async () => {
    const foreign = await createAuthority('igc');
    await writeStore(dir, { authority: { ...igc, crls: foreign.crls }, certificates: { dmp: issued } });
    await expect(createTrust(await readDmpPki(dir))).rejects.toThrow('CRL');
  });
});
