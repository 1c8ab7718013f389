import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JournalDetail } from '@drimbox/contracts';
import { tempDir } from '@drimbox/testing';
import { Mesh } from '../mesh/mesh.js';
import type { Ack } from '../ris/mllp/ack.js';
import { reportCda } from '../ris/cda/report-cda.js';
import { type ReportDocument, reportedStudy } from '../ris/cda/report-options.js';
import { type MessageOptions, reportMessage } from '../ris/message/report-message.js';
import { reportOf, signatoryOf } from '../mesh/report-of.js';
import { documentId } from '../studies/numbering.js';
import { hostileCdas } from './hostile-cda.js';
import { mutated, seededRandom } from './mutations.js';
import { changeRegistry, studyOf } from './play.js';
import { converse, framed } from './raw-sender.js';
import { residentMegabytes } from './resident-memory.js';

const MUTATIONS = 300;
const SEED = 20261122;
const AT_ONCE = 5;
const FLAT_MEGABYTES = 80;
const MEGABYTE = 1024 * 1024;

/** Promise P13 on the whole process: whatever a message holds, it is answered in bounded time and told in the journal. */
describe('hostile messages', () => {
  let mesh: Mesh;
  let canary: Server;
  let asked = 0;
  afterAll(async () => {
    await mesh?.stop();
    await new Promise((resolve) => canary.close(resolve));
  });
  const dir = tempDir();

  beforeAll(async () => {
    canary = createServer((_, response) => {
      asked += 1;
      response.end();
    });
    await new Promise<void>((resolve) => canary.listen(0, '127.0.0.1', resolve));
    mesh = await Mesh.start({ dir });
  }, 120_000);

  const pid = (): number => mesh.stack.services['hl7-ingest'].pid;

  function soundCda(number: number): ReportDocument {
    const study = studyOf(number);
    const author = signatoryOf(mesh.stack.sites[0]!);
    const { patient, patientId } = study;
    return reportCda({ id: documentId(number), studies: [reportedStudy(study)], patient, patientId, author });
  }

  function message(number: number, options: Partial<MessageOptions> = {}): Buffer {
    const site = mesh.stack.sites[0]!;
    const cda = soundCda(number);
    return reportMessage({ kind: 'ORU', intent: 'new', cda, sender: signatoryOf(site), ...site.ris, ...options });
  }

  /** The refusal of a message, and its line in the journal, which must say the same. */
  async function refusal(sent: Buffer): Promise<{ ack: Ack; line: JournalDetail }> {
    const answer = await mesh.send(sent, { timeoutMs: 30_000 });
    if (!answer.ok) throw new Error(`no acknowledgement: ${answer.reason}`);
    // MSH-10 of the acknowledgement is the journal's own key.
    const line = await mesh.journalDetail(answer.ack.ownControlId);
    expect(line).toMatchObject({ outcome: 'refused', acknowledgement: answer.ack.code });
    expect(line.code).toBe(answer.ack.errors[0]?.applicationCode);
    expect(line.reason?.fr).toBeTruthy();
    expect(line.acknowledgementText).toContain(`MSA|${answer.ack.code}|${answer.ack.controlId}`);
    return { ack: answer.ack, line };
  }

  const withDocument = (sent: Buffer, base64: string): Buffer =>
    Buffer.from(sent.toString('latin1').replace(/\^Base64\^[A-Za-z0-9+/=]+/, `^Base64^${base64}`), 'latin1');

  describe('in the document', () => {
    const address = (): string => `http://127.0.0.1:${(canary.address() as AddressInfo).port}`;

    it.each(hostileCdas('').map(({ name }, index) => [name, index] as const))(
      '%s: AE DRIM-208 on OBX-5',
      async (_, index) => {
        const document = Buffer.from(hostileCdas(address())[index]!.document(soundCda(501).xml));
        const sent = message(501, { controlId: `XML-${index}` });
        const { ack } = await refusal(withDocument(sent, document.toString('base64')));
        expect(ack).toMatchObject({ code: 'AE', errors: [{ applicationCode: 'DRIM-208', location: 'OBX^1^5' }] });
        expect(asked).toBe(0);
      },
    );

    it('instructions that name other documents are not followed', async () => {
      const cda = soundCda(502);
      const xml = cda.xml
        .replace('<ClinicalDocument', `<?xml-stylesheet href="${address()}/style"?><ClinicalDocument`)
        .replace('<title>', `<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="${address()}/part"/><title>`);
      const answer = await mesh.send(message(502, { cda: { ...cda, xml } }));
      expect(answer.ok && ['AA', 'AE'].includes(answer.ack.code)).toBe(true);
      expect(asked).toBe(0);
    });
  });

  const replaced =
    (from: string | RegExp, to: string) =>
    (sent: Buffer): Buffer =>
      Buffer.from(sent.toString('latin1').replace(from, to), 'latin1');

  it.each<[name: string, code: string, wrong: (sent: Buffer) => Buffer]>([
    ['a document of 15 MB of the same letter', 'DRIM-208', (sent) => withDocument(sent, 'A'.repeat(15 * MEGABYTE))],
    ['base64 with a wrong letter', 'DRIM-209', (sent) => withDocument(sent, 'PD94*WwgdmVyc2lvbj0iMS4wIj8+')],
    ['no document', 'DRIM-206', (sent) => withDocument(sent, '')],
    ['bytes that are not UTF-8', 'DRIM-205', replaced('PAT-TROIS', 'PAT-\xff\xfe')],
    ['a character set nobody knows', 'DRIM-205', replaced('UNICODE UTF-8', 'KLINGON')],
    ['another version', 'DRIM-204', replaced('|2.5|', '|2.9|')],
    ['another type', 'DRIM-203', replaced('ORU^R01^ORU_R01', 'ADT^A01^ADT_A01')],
    ['no PID', 'DRIM-206', replaced(/PID\|[^\r]*\r/, '')],
    ['no ORC', 'DRIM-206', replaced(/ORC\|[^\r]*\r/, '')],
    ['no OBX', 'DRIM-206', replaced(/(OBX\|[^\r]*\r)+/g, '')],
    ['no INS', 'DRIM-211', replaced(/\|[0-9]{15}\^\^\^ASIP-SANTE-INS-NIR[^~|]*~/, '|')],
    ['an intent that contradicts itself', 'DRIM-207', replaced('ORC|NW', 'ORC|CA')],
    ['no MSH', 'DRIM-202', replaced(/^MSH/, 'XXX')],
  ])('%s: refused with %s', async (name, code, wrong) => {
    const sent = wrong(message(503, { controlId: `FIELD-${name.length}-${code}` }));
    const answer = await mesh.send(sent, { timeoutMs: 30_000 });
    expect(answer.ok && [answer.ack.code, answer.ack.errors[0]?.applicationCode]).toEqual([
      expect.stringMatching(/^A[ER]$/),
      code,
    ]);
    if (answer.ok)
      expect(await mesh.journalDetail(answer.ack.ownControlId)).toMatchObject({ outcome: 'refused', code });
  });

  it('an unknown sender: AR DRIM-212, and the same message is taken once the registry knows it', async () => {
    const sent = message(504, { application: 'RIS-NEW', facility: 'NEW' });
    const { ack } = await refusal(sent);
    expect(ack).toMatchObject({ code: 'AR', errors: [{ applicationCode: 'DRIM-212' }] });
    await changeRegistry(mesh, ['hl7-ingest'], (registry) => ({
      ...registry,
      sites: registry.sites.map((site, index) => {
        const sender = { id: 'ris-new', application: 'RIS-NEW', facility: 'NEW', pacsLink: site.pacsLinks[0]!.id };
        return index === 0 ? { ...site, risSenders: [...site.risSenders, sender] } : site;
      }),
    }));
    expect(await mesh.send(sent)).toMatchObject({ ok: true, ack: { code: 'AA' } });
  });

  it('NUL in a field that the journal keeps: answered and told like any other message', async () => {
    const { ack } = await refusal(message(505, { application: 'RIS\0ALPHA' }));
    expect(ack.errors[0]?.applicationCode).toBe('DRIM-212');
    const answer = await mesh.send(message(505, { controlId: 'NUL\0NUL' }));
    expect(answer).toMatchObject({ ok: true, ack: { code: 'AA' } });
    expect(await mesh.journalDetail(answer.ok ? answer.ack.ownControlId : '')).toMatchObject({ outcome: 'accepted' });
  });

  it('300 messages made wrong at random, twice: each answered or closed, each refusal told, memory flat', async () => {
    const random = seededRandom(SEED);
    const sound = reportOf(mesh.stack.sites[0]!, [studyOf(506)], { document: 506 });
    const wrong = Array.from({ length: MUTATIONS }, () => mutated(sound, random));
    const port = mesh.stack.hl7Port(mesh.stack.sites[0]!.id);
    const refused: string[] = [];
    const sendAll = async (): Promise<void> => {
      const waiting = [...wrong];
      const sender = async (): Promise<void> => {
        for (let next = waiting.pop(); next; next = waiting.pop()) {
          const { acks } = await converse(port, framed(next), { halfClose: true });
          refused.push(...acks.filter(({ code }) => code !== 'AA').map(({ ownControlId }) => ownControlId));
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, sender));
    };
    const before = pid();
    await sendAll();
    const warm = await residentMegabytes(pid());
    expect(refused.length).toBeGreaterThan(MUTATIONS / 2);
    for (const id of new Set(refused)) {
      const { outcome, code, reason } = await mesh.journalDetail(id);
      expect(outcome).toBe('refused');
      expect(code).toMatch(/^DRIM-2\d\d$/);
      expect(reason?.fr).toBeTruthy();
    }
    await sendAll();
    expect((await residentMegabytes(pid())) - warm).toBeLessThan(FLAT_MEGABYTES);
    expect(pid()).toBe(before);
    expect(await mesh.send(message(507))).toMatchObject({ ok: true, ack: { code: 'AA' } });
  });
});
