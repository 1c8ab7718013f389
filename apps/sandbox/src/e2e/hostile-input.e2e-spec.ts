import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JournalLine } from '@drimbox/contracts';
import { freePort } from '@drimbox/supervisor';
import { eventually, tempDir } from '@drimbox/testing';
import { Mesh } from '../mesh/mesh.js';
import { reportOf } from '../mesh/report-of.js';
import { type Authority, createAuthority, issue, type IssuedCertificate } from '../pki/authority.js';
import { authorityBundle, writeStore } from '../pki/store.js';
import { mllpSend, mllpSendAll } from '../ris/mllp/mllp-sender.js';
import { studyOf } from './play.js';
import { converse, framed, idleConnections } from './raw-sender.js';
import { growthDuring } from './resident-memory.js';

const IDLE_SOCKETS = 1000;
const MEGABYTE = 1024 * 1024;
const TOO_LARGE_MEGABYTES = 50;
const GROWTH_MEGABYTES = 60;

/** Promise P4 on the whole process: any stream of bytes is answered or closed, and the next sender is served. */
describe('hostile senders', () => {
  let mesh: Mesh;
  let port: number;
  let tlsPort: number;
  let authority: Authority;
  let ris: IssuedCertificate;
  afterAll(() => mesh?.stop());
  const dir = tempDir();

  beforeAll(async () => {
    tlsPort = await freePort();
    authority = await createAuthority('igc');
    const holder = { structure: '1990000001', organisation: 'Centre de radiologie Alpha' };
    const server = await issue(authority, 'SERV_SSL', {
      commonName: 'hl7.alpha.test',
      names: ['localhost'],
      ...holder,
    });
    ris = await issue(authority, 'ORG_AUTH_CLI', { commonName: 'RIS-ALPHA', ...holder });
    const store = join(dir, 'hl7-store');
    await writeStore(store, { authority, certificates: { 'hl7-server': server } });
    mesh = await Mesh.start({
      dir: join(dir, 'mesh'),
      env: { 'hl7-ingest': { DRIMBOX_CERTIFICATES_DIR: store, DRIMBOX_HL7_FRAME_SECONDS: '5' } },
      registry: ({ sites: [first, ...others], ...registry }) => {
        if (!first) throw new Error('no site');
        const tls = { certificate: 'hl7-server', requireClient: true };
        const listener = { id: 'hl7-tls', host: '127.0.0.1', port: tlsPort, allow: ['127.0.0.1'], tls };
        return { ...registry, sites: [{ ...first, hl7Listeners: [...first.hl7Listeners, listener] }, ...others] };
      },
    });
    port = mesh.stack.hl7Port(mesh.stack.sites[0]!.id);
  }, 120_000);

  const message = (number: number, bytes?: number): Buffer =>
    reportOf(mesh.stack.sites[0]!, [studyOf(number)], { document: number, ...(bytes !== undefined && { bytes }) });

  const closings = async (): Promise<string[]> =>
    (await mesh.journal())
      .filter(({ detail }) => detail?.startsWith('connection closed'))
      .map(({ detail }) => detail ?? '');

  const lineOf = async (controlId: string): Promise<JournalLine | undefined> =>
    (await mesh.journal()).find((line) => line.controlId === controlId);

  const idOf = (sent: Buffer): string => sent.toString('latin1').split('|')[9] ?? '';

  afterEach(async () => {
    // Whatever was tried, the process is the same and serves the next one.
    expect(mesh.stack.services['hl7-ingest'].running).toBe(true);
    expect(await mesh.send(message(599))).toMatchObject({ ok: true, ack: { code: 'AA' } });
  });

  it('one byte at a time', async () => {
    const sent = message(601);
    expect(await mesh.send(sent, { pace: 'bytes' })).toMatchObject({
      ok: true,
      ack: { code: 'AA', controlId: idOf(sent) },
    });
  });

  it('three messages in one write: three answers, in order', async () => {
    const sent = [602, 603, 604].map((number) => message(number));
    const answers = await mllpSendAll('127.0.0.1', port, sent);
    expect(answers.map((answer) => answer.ok && [answer.ack.code, answer.ack.controlId])).toEqual(
      sent.map((one) => ['AA', idOf(one)]),
    );
  });

  it('NUL, line feeds and blanks between messages', async () => {
    const noise = Buffer.from('\0\0\r\n\0 \0');
    const stream = Buffer.concat([605, 606].flatMap((number) => [noise, framed(message(number)), noise]));
    const { acks } = await converse(port, stream, { answers: 2 });
    expect(acks.map(({ code }) => code)).toEqual(['AA', 'AA']);
  });

  it('a frame without its end, cut by the end of the stream or by the next message: refused, the next one taken', async () => {
    const cut = framed(message(607)).subarray(0, -2);
    const ended = await converse(port, cut, { halfClose: true });
    expect(ended.acks).toMatchObject([{ code: 'AE', errors: [{ applicationCode: 'DRIM-200' }] }]);
    const next = message(608);
    const { acks } = await converse(port, Buffer.concat([framed(message(609)).subarray(0, -2), framed(next)]), {
      answers: 2,
    });
    expect(acks).toMatchObject([
      { code: 'AE', errors: [{ applicationCode: 'DRIM-200' }] },
      { code: 'AA', controlId: idOf(next) },
    ]);
  });

  it('a sender that closes its side and waits: answered', async () => {
    expect((await converse(port, framed(message(610)), { halfClose: true })).acks).toMatchObject([{ code: 'AA' }]);
  });

  it('a sender that stops in the middle of a frame: closed in its time, told in the journal', async () => {
    const { acks, closed } = await converse(port, framed(message(611)).subarray(0, 500));
    expect({ acks, closed }).toEqual({ acks: [], closed: true });
    await eventually(async () => (await closings()).includes('connection closed: slow-frame'));
  });

  it('endless bytes that are no frame: closed, told in the journal', async () => {
    const { acks, closed } = await converse(port, Buffer.alloc(MEGABYTE, 'x'));
    expect({ acks, closed }).toEqual({ acks: [], closed: true });
    await eventually(async () => (await closings()).includes('connection closed: too-much-junk'));
  });

  it('1,000 silent connections: the others are served', async () => {
    const idle = await idleConnections(port, IDLE_SOCKETS);
    try {
      expect(await mesh.send(message(612))).toMatchObject({ ok: true, ack: { code: 'AA' } });
      expect(idle.alive()).toBe(IDLE_SOCKETS);
    } finally {
      idle.close();
    }
  });

  it('a frame of 50 MB: AE DRIM-201, and never in memory', async () => {
    const head = message(613);
    const huge = Buffer.concat([
      Buffer.of(0x0b),
      head,
      Buffer.alloc(TOO_LARGE_MEGABYTES * MEGABYTE, 'A'),
      Buffer.of(0x1c, 0x0d),
    ]);
    let answer: Awaited<ReturnType<typeof converse>> | undefined;
    const growth = await growthDuring(mesh.stack.services['hl7-ingest'].pid, async () => {
      answer = await converse(port, huge);
    });
    expect(answer?.acks).toMatchObject([
      { code: 'AE', controlId: idOf(head), errors: [{ applicationCode: 'DRIM-201' }] },
    ]);
    expect(await lineOf(idOf(head))).toMatchObject({ outcome: 'refused', code: 'DRIM-201' });
    expect(growth).toBeLessThan(GROWTH_MEGABYTES);
  });

  it('an address that is not in the list: closed before anything is read', async () => {
    const { acks, closed } = await converse(port, framed(message(614)), { from: '127.0.0.2' });
    expect({ acks, closed }).toEqual({ acks: [], closed: true });
    const told = await eventually(async () => (await mesh.journal()).find(({ peer }) => peer === '127.0.0.2') ?? false);
    expect(told).toMatchObject({
      acknowledgement: 'none',
      outcome: 'refused',
      detail: 'connection closed: not-allowed',
    });
  });

  describe('over TLS', () => {
    const send = (sent: Buffer, client: { cert?: string; key?: string } = {}) =>
      mllpSend('localhost', tlsPort, sent, { tls: { ca: authorityBundle(authority), ...client } });

    it('with the certificate of an authority of the store: received', async () => {
      const sent = message(621);
      expect(await send(sent, { cert: ris.chain, key: ris.key })).toMatchObject({ ok: true, ack: { code: 'AA' } });
      expect(await lineOf(idOf(sent))).toMatchObject({ listener: 'hl7-tls' });
    });

    it('without a certificate, or with one of another authority of the same name: refused', async () => {
      const other = await issue(await createAuthority('igc'), 'ORG_AUTH_CLI', {
        commonName: 'RIS-ALPHA',
        structure: '1990000001',
        organisation: 'Centre de radiologie Alpha',
      });
      for (const client of [{}, { cert: other.chain, key: other.key }]) {
        const sent = message(622);
        expect(await send(sent, client)).toMatchObject({ ok: false });
        expect(await lineOf(idOf(sent))).toBeUndefined();
      }
    });

    it('in clear on the TLS port: closed', async () => {
      expect((await converse(tlsPort, framed(message(624)))).acks).toEqual([]);
    });
  });

  it('says nothing of what was received in its log', async () => {
    const log = await readFile(join(mesh.stack.dir, 'hl7-ingest.log'), 'utf8');
    expect(log).not.toContain('PAT-TROIS');
    expect(log).not.toContain('xxxxxxxx');
  });
});
