import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { failure } from '@drimbox/contracts';
import type { CallResult } from '@drimbox/service';
import { tempDir } from '@drimbox/testing';
import { type Io, PROCESS_IO } from './command-line.js';
import { main as operator } from './operator.js';
import type { Services } from './services.js';
import { AT, ID, STORY } from './story.for-spec.js';
import { main as why } from './why.js';

describe("the operator's command line", () => {
  const dir = tempDir();
  let asked: string[];
  let connectedTo: { services: Services; account: string } | undefined;
  let closed: number;
  let answer: CallResult<unknown>;

  beforeEach(() => {
    asked = [];
    connectedTo = undefined;
    closed = 0;
    answer = { ok: true, value: { examId: ID, state: 'mismatched' } };
  });

  async function run(
    tool: typeof operator,
    argv: readonly string[],
    over: Partial<Io> = {},
  ): Promise<{ code: number; out: string; err: string }> {
    const out: string[] = [];
    const err: string[] = [];
    const io: Io = {
      out: (line) => out.push(line),
      err: (line) => err.push(line),
      env: {
        DRIMBOX_OPERATOR_TLS_DIR: '/tls',
        DRIMBOX_PEER_KOS_PUBLISHER_URL: 'https://publisher:1',
        DRIMBOX_OPERATOR_ACCOUNT: 'claire',
      },
      runFile: join(dir, 'run.json'),
      connect: (services, account) => {
        connectedTo = { services, account };
        return {
          ok: true,
          publisher: {
            ask: async (method, path, shape, of = undefined) => {
              asked.push(`${method} ${of === undefined ? '' : `${of} `}${path}`);
              return answer.ok ? { ok: true, value: shape.parse(answer.value) } : answer;
            },
            close: async () => void closed++,
          },
        };
      },
      ...over,
    };
    const code = await tool(argv, io);
    return { code, out: out.join('\n'), err: err.join('\n') };
  }

  it.each([
    ['retry', `POST /exams/${ID}/retry`, 'repris tout de suite'],
    ['release', `POST /exams/${ID}/release`, 'publié de nouveau'],
  ])('%s asks for it in the name of the account, and says so in French', async (command, path, words) => {
    const { code, out } = await run(operator, [command, ID]);
    expect([code, asked, closed]).toEqual([0, [path], 1]);
    expect(out).toContain(words);
    expect(connectedTo).toEqual({
      services: { tlsDir: '/tls', publisherUrl: 'https://publisher:1' },
      account: 'claire',
    });
  });

  it.each([
    ['present', 'nothing to do'],
    ['resent', 'sent again as it is'],
  ])('replay of a version that is %s, in English', async (outcome, words) => {
    answer = { ok: true, value: { versionId: ID, examId: ID, outcome } };
    const { code, out } = await run(operator, ['replay', ID, '--en', '--as', 'jean.d']);
    expect([code, asked, connectedTo?.account]).toEqual([0, [`POST /versions/${ID}/replay`], 'jean.d']);
    expect(out).toContain(words);
  });

  it('lists the events given up, with their cause', async () => {
    const letter = {
      id: ID,
      event: 'report.received',
      eventId: ID,
      code: 'DRIM-600',
      fr: 'Événement illisible',
      en: '',
    };
    answer = {
      ok: true,
      value: { letters: [{ ...letter, reason: 'not JSON', attempts: 1, firstAt: AT, lastAt: AT }] },
    };
    const { code, out } = await run(operator, ['dead-letters']);
    expect(code).toBe(0);
    expect(out).toContain(`${ID}  2026-01-02 10:15:00.000Z  report.received`);
    expect(out).toContain('DRIM-600 — Événement illisible (not JSON)');
  });

  it('replays an event given up', async () => {
    answer = { ok: true, value: { id: ID, outcome: 'handled' } };
    expect(await run(operator, ['replay-letter', ID])).toMatchObject({ code: 0, out: "L'événement est traité." });
    expect(asked).toEqual([`POST /dead-letters/${ID}/replay`]);
  });

  it('begins the speed test of a PACS link, and lists those there were, with what was warned', async () => {
    answer = {
      ok: true,
      value: { state: 'running', testId: ID, at: AT, study: '1.2.3', instances: 0, bytes: 0 },
    };
    const begun = await run(operator, ['speed-test', 'pacs-a', '--en']);
    expect(begun).toMatchObject({ code: 0, out: 'Speed test of pacs-a begun, on study 1.2.3.' });
    const figures = { outcome: 'complete', code: 'DRIM-318', transferSyntaxes: ['1.2.840.10008.1.2.1'] } as const;
    answer = {
      ok: true,
      value: [
        {
          state: 'done',
          testId: ID,
          at: AT,
          study: '1.2.3',
          ...figures,
          instances: 3,
          bytes: 900,
          millisecondsToFirst: 12,
          milliseconds: 40,
          megabitsPerSecond: 0.18,
          warnings: ['received 900 bytes'],
        },
      ],
    };
    const { code, out } = await run(operator, ['speed-tests', 'pacs-a']);
    expect([code, asked]).toEqual([
      0,
      ['POST pacs-bridge /links/pacs-a/speed-tests', 'GET pacs-bridge /links/pacs-a/speed-tests'],
    ]);
    expect(out).toContain('complet (DRIM-318) : 0.18 Mb/s, première image après 12 ms');
    expect(out).toContain('DRIM-318 — received 900 bytes');
  });

  it.each([
    ['DRIM-508', 1],
    ['DRIM-103', 1],
    ['DRIM-106', 3],
  ] as const)('%s ends with %d and its words', async (code, exit) => {
    answer = { ok: false, failure: failure(code, 'why') };
    const ended = await run(operator, ['replay', ID]);
    expect(ended.code).toBe(exit);
    expect(ended.err).toMatch(new RegExp(`^${code} — .+ \\(why\\)$`));
    expect(closed).toBe(1);
  });

  it.each([
    [[]],
    [['retry']],
    [['retry', 'x']],
    [['retry', ID, ID]],
    [['toString', ID]],
    [['retry', ID, '--force']],
    [['speed-test', 'Not A Link']],
  ])('%j is wrong use, and nothing is asked', async (argv) => {
    const { code, err } = await run(operator, argv);
    expect([code, asked]).toEqual([2, []]);
    expect(err).toContain('Usage');
  });

  it.each<[string, Partial<Io>, string]>([
    ['no service known', { env: { DRIMBOX_OPERATOR_ACCOUNT: 'claire' } }, 'Aucune DRIMbox'],
    ['an identity that cannot be used', { connect: () => ({ ok: false, fault: 'no key' }) }, 'no key'],
  ])('%s is said', async (_, over, words) => {
    const { code, err } = await run(operator, ['retry', ID], over);
    expect(code).toBe(2);
    expect(err).toContain(words);
  });

  it.each([
    [['--as', 'Jean Durand'], '--as'],
    [['--url', 'http://plain'], 'https://'],
  ])('%j is refused', async (more, words) => {
    const { code, err } = await run(operator, ['retry', ID, ...more]);
    expect([code, asked]).toEqual([2, []]);
    expect(err).toContain(words);
  });

  it('finds the quick start that runs here', async () => {
    const runFile = join(dir, 'running.json');
    const services = { 'kos-publisher': 'https://localhost:2' };
    await writeFile(runFile, JSON.stringify({ operator: { tlsDir: '/run/tls', services } }));
    const { code } = await run(operator, ['retry', ID], { runFile, env: { DRIMBOX_OPERATOR_ACCOUNT: 'claire' } });
    expect(code).toBe(0);
    expect(connectedTo?.services).toEqual({ tlsDir: '/run/tls', publisherUrl: 'https://localhost:2' });
  });

  it('an identity that is not the operators’ is refused by the real connection', async () => {
    const { code, err } = await run(operator, ['retry', ID, '--tls-dir', dir], { connect: PROCESS_IO.connect });
    expect(code).toBe(2);
    expect(err).toContain('cannot all be read');
  });

  describe('why', () => {
    it('tells the whole story of each exam', async () => {
      answer = { ok: true, value: { exams: [STORY, STORY], more: true } };
      const { code, out } = await run(why, ['1.2.8.1^x']);
      expect([code, asked]).toEqual([0, ['GET /why/1.2.8.1%5Ex']]);
      const lines = out.split('\n');
      expect(lines.filter((line) => line.startsWith('Examen 1.2.3'))).toHaveLength(2);
      expect(lines).toEqual(
        expect.arrayContaining([
          '  État : le compte rendu et le PACS diffèrent (mismatched)',
          "  Cause : DRIM-401 Numéro d'accession différent du PACS",
          `  1.2.8.1 v2 (${ID}), remplacement, reçu 2026-01-02 10:15:00.000Z, vivant, masqué aux professionnels`,
          `  un pointeur construit depuis le compte rendu ${ID}, masqué aux professionnels`,
          '      supprimée du DMP 2026-01-02 10:15:00.000Z, visible',
          '      2026-01-02 10:15:00.000Z envoi → accepté',
          '  interroger le PACS et construire une version — suspendu : la même recherche a échoué, il faut un changement ou un opérateur',
          "  2026-01-02 10:15:00.000Z pacs.mismatch (none → mismatched) — DRIM-401 Numéro d'accession différent du PACS",
          "D'autres examens sont concernés ; demander par examen.",
        ]),
      );
    });

    it('says it in English too', async () => {
      answer = { ok: true, value: { exams: [STORY], more: false } };
      const { out } = await run(why, [ID, '--en']);
      expect(out).toContain('State: report and PACS differ (mismatched)');
      expect(out).toContain('Next attempt: none by itself');
    });

    it.each([[[]], [['a', 'b']], [['no id']], [['../exams']]])('%j is wrong use', async (argv) => {
      const { code, err } = await run(why, argv);
      expect([code, asked]).toEqual([2, []]);
      expect(err).toContain('npm run why');
    });

    it('--help is an answer', async () => {
      expect(await run(why, ['--help'])).toMatchObject({
        code: 0,
        out: expect.stringContaining('npm run why') as string,
      });
    });
  });
});
