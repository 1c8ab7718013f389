import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildAck, MllpServer, type AckError, type MllpServerOptions } from '@drimbox/hl7';
import { main } from './send.js';

const MESSAGE = 'MSH|^~\\&|RIS|S|DRIMBOX|S|20260102||ORU^R01^ORU_R01|M1|T|2.5\r\nPID|1\r\n';
const INCOMPLETE: AckError = {
  code0357: '101',
  severity: 'E',
  location: { segment: 'PID', field: 3 },
  application: { code: 'DRIM-206', text: 'Champ obligatoire absent', system: 'DRIMBOX' },
};

const acking =
  (code: 'AA' | 'AE' | 'AR', errors: readonly AckError[] = []): MllpServerOptions['handler'] =>
  (frame) =>
    Promise.resolve(buildAck(frame, { code, errors, now: new Date(0), controlId: 'A1' }));

describe('send', () => {
  let dir: string;
  let server: MllpServer | undefined;
  let received: Buffer[];
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'send-'));
    await writeFile(join(dir, 'message.hl7'), MESSAGE);
    received = [];
  });
  afterEach(async () => {
    await server?.close(100);
    server = undefined;
    await rm(dir, { recursive: true });
  });

  async function serve(answer: MllpServerOptions['handler']): Promise<string> {
    server = new MllpServer({
      handler: (frame, peer) => {
        received.push(frame);
        return answer(frame, peer);
      },
    });
    const { port } = await server.listen(0);
    return `127.0.0.1:${port}`;
  }
  async function run(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
    const out: string[] = [];
    const err: string[] = [];
    const io = {
      out: (line: string) => out.push(line),
      err: (line: string) => err.push(line),
      cwd: dir,
      runFile: join(dir, 'run.json'),
    };
    const code = await main(argv, io);
    return { code, out: out.join('\n'), err: err.join('\n') };
  }

  it('sends the file as it is to the running sandbox, and says in French that it is taken', async () => {
    const hl7 = await serve(acking('AA'));
    await writeFile(join(dir, 'run.json'), JSON.stringify({ hl7 }));
    const { code, out } = await run('message.hl7');
    expect(code).toBe(0);
    expect(out).toMatch(/^AA — message accepté/);
    expect(received.map(String)).toEqual([MESSAGE]);
  });

  it('normalises segment ends when asked', async () => {
    const to = await serve(acking('AA'));
    expect((await run('message.hl7', '--to', to, '--normalise')).code).toBe(0);
    expect(received.map(String)).toEqual([MESSAGE.replaceAll('\r\n', '\r')]);
  });

  it('explains each error, with its segment and its field', async () => {
    const to = await serve(
      acking('AE', [
        INCOMPLETE,
        {
          code0357: '103',
          severity: 'W',
          location: { segment: 'OBX', sequence: 3, field: 5, component: 4 },
          text: 'Y ou N',
        },
      ]),
    );
    const french = await run('message.hl7', '--to', to);
    expect(french.code).toBe(1);
    expect(french.out.split('\n')).toEqual([
      'AE — message refusé : il contient une erreur et serait refusé de nouveau tel quel',
      '  erreur 101: champ obligatoire absent — PID-3 (identifiants du patient (INS, IPP))',
      '      DRIM-206 Champ obligatoire absent',
      '  avertissement 103: valeur non permise — OBX-5 (valeur : document en base64, ou Y/N) n° 3, composant 4',
      '      Y ou N',
    ]);
    const english = await run('message.hl7', '--to', to, '--en');
    expect(english.out).toContain('error 101: Required field missing — PID-3');
    expect(english.out).toContain('OBX-5 (value: document in base64, or Y/N) #3, component 4');
  });

  it('leaves with 1 when the message is to be sent again, or when another message is acknowledged', async () => {
    const later = await serve(acking('AR'));
    expect(await run('message.hl7', '--to', later)).toMatchObject({
      code: 1,
      out: expect.stringMatching(/^AR — .*renvoyer/) as string,
    });
    await server?.close(100);
    const other = await serve(() =>
      Promise.resolve(Buffer.from('MSH|^~\\&|A|B|C|D|2026||ACK|1|P|2.5\rMSA|AA|OTHER\r')),
    );
    const { code, out } = await run('message.hl7', '--to', other);
    expect(code).toBe(1);
    expect(out).toContain('« OTHER »');
  });

  it('lets no control character of the answer reach the terminal', async () => {
    const to = await serve(() =>
      Promise.resolve(Buffer.from('MSH|^~\\&|A|B|C|D|2026||ACK|1|P|2.5\rMSA|A\x1b[2J|M1\rERR|||199|E|||\\X1B\\[31m\r')),
    );
    const { out } = await run('message.hl7', '--to', to);
    expect(out).toContain('[31m');
    expect(out.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  });

  it('says when nothing useful comes back', async () => {
    expect((await run('message.hl7', '--to', '127.0.0.1:1')).code).toBe(3);
    const mute = await serve(() => Promise.resolve(undefined));
    expect(await run('message.hl7', '--to', mute, '--wait', '0.05')).toMatchObject({
      code: 3,
      err: expect.stringContaining('Aucun acquittement') as string,
    });
    await server?.close(100);
    const babble = await serve(() => Promise.resolve(Buffer.from('hello')));
    expect((await run('message.hl7', '--to', babble)).code).toBe(3);
  });

  it.each([
    ['no file', []],
    ['two files', ['a', 'b', '--to', 'h:1']],
    ['a file that is not there', ['absent.hl7', '--to', 'h:1']],
    ['no address and no sandbox', ['message.hl7']],
    ['an address without a port', ['message.hl7', '--to', 'localhost']],
    ['an impossible port', ['message.hl7', '--to', 'localhost:70000']],
    ['an unknown option', ['message.hl7', '--fast']],
    ['an odd delay', ['message.hl7', '--to', 'h:1', '--wait', 'long']],
    ['a certificate that is not there', ['message.hl7', '--to', 'h:1', '--ca', 'absent.pem']],
  ])('refuses %s', async (_title, argv) => {
    const { code, err } = await run(...argv);
    expect(code).toBe(2);
    expect(err).toContain('npm run send');
  });
});
