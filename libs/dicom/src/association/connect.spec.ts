import { readFileSync, rmSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import tls from 'node:tls';
import { echo } from '../client.js';
import { run, startStorescp, temporaryFolder } from '../testing/peers.js';
import { SopClass } from '../uids.js';
import { openAssociation } from './association.js';
import type { Peer } from './peer.js';

const peer = (port: number): Peer => ({ host: '127.0.0.1', port, calledAe: 'PACS', callingAe: 'DRIMBOX' });

async function listening(server: net.Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return (server.address() as net.AddressInfo).port;
}

describe('an association that cannot begin', () => {
  it('unreachable: nobody listens', async () => {
    const server = net.createServer();
    const port = await listening(server);
    await new Promise((resolve) => server.close(resolve));
    expect(await echo(peer(port))).toEqual({ ok: false, failure: { kind: 'unreachable', detail: 'ECONNREFUSED' } });
  });

  it('unreachable: TLS asked of a peer that speaks none', async () => {
    const server = net.createServer((socket) =>
      socket
        .on('error', () => undefined)
        .resume()
        .end('not TLS at all'),
    );
    const port = await listening(server);
    expect(await echo({ ...peer(port), tls: {} })).toMatchObject({ ok: false, failure: { kind: 'unreachable' } });
    await new Promise((resolve) => server.close(resolve));
  });

  it('limit: more presentation contexts than the protocol has room for', async () => {
    const contexts = Array.from({ length: 129 }, () => ({
      abstractSyntax: SopClass.Verification,
      transferSyntaxes: ['1.2.840.10008.1.2'],
    }));
    expect(await openAssociation(peer(1), contexts)).toMatchObject({ ok: false, failure: { kind: 'limit' } });
    expect(await openAssociation(peer(1), [])).toMatchObject({ ok: false, failure: { kind: 'limit' } });
  });
});

it('refuses AE titles that DICOM cannot carry rather than cut them', async () => {
  for (const calledAe of ['', '   ', 'SEVENTEEN_LETTERS', 'RADIO\\LOGIE', 'ÉCHO']) {
    await expect(echo({ ...peer(1), calledAe })).rejects.toThrow(RangeError);
  }
});

it('echoes over TLS, and only with a certificate it can verify', async () => {
  const folder = temporaryFolder();
  const [keyFile, certFile] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')];
  const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
  expect((await run('openssl', [...request, ...names, '-keyout', keyFile, '-out', certFile])).code).toBe(0);
  const [key, cert] = [readFileSync(keyFile), readFileSync(certFile)];
  rmSync(folder, { recursive: true });

  // TLS in front of a real SCP: dcmtk's own TLS options differ from one build to the next.
  const scp = await startStorescp();
  const server = tls.createServer({ key, cert }, (secure) => {
    const plain = net.connect({ port: scp.port, host: '127.0.0.1', noDelay: true });
    secure.pipe(plain).pipe(secure);
    for (const socket of [secure, plain]) socket.on('error', () => undefined);
  });
  const port = await listening(server);
  const trusted = await echo({ ...peer(port), tls: { ca: cert } });
  const untrusted = await echo({ ...peer(port), tls: {} });
  await new Promise((resolve) => server.close(resolve));
  await scp.stop();
  expect(trusted).toEqual({ ok: true, value: undefined });
  expect(untrusted).toEqual({ ok: false, failure: { kind: 'unreachable', detail: 'DEPTH_ZERO_SELF_SIGNED_CERT' } });
});
