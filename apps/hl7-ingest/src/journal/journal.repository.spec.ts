import { randomBytes, randomUUID } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { JournalQuery } from '@drimbox/contracts';
import { type OpenDatabase, openDatabase } from '@drimbox/persistence';
import { Logger } from '@drimbox/service';
import { testDatabase } from '@drimbox/testing';
import { MIGRATIONS } from '../database/migrations.js';
import { JournalRepository } from './journal.repository.js';

const service = 'hl7-ingest';
const logger = new Logger({ service, level: 'error', destination: new PassThrough().resume() });

interface Line {
  readonly sequence: number;
  readonly receivedAt?: string;
  readonly site?: string;
  readonly application?: string;
  readonly facility?: string;
  readonly controlId?: string;
  readonly messageType?: string;
  readonly verdict?: string;
  readonly outcome?: string;
  readonly code?: string;
  readonly detail?: string;
  readonly location?: string;
  readonly notes?: string;
  readonly report?: string;
}

const REPORT = randomUUID();
const LINES: readonly Line[] = [
  { sequence: 1, receivedAt: '2026-01-01T08:00:00Z', controlId: 'A1', report: REPORT },
  {
    sequence: 2,
    receivedAt: '2026-01-01T09:00:00Z',
    controlId: 'A2',
    verdict: 'AE',
    outcome: 'refused',
    code: 'DRIM-206',
    detail: 'no value, 100% sure',
    location: 'PID-3.1',
  },
  { sequence: 3, receivedAt: '2026-01-02T09:00:00Z', site: 'site-b', application: 'RIS-B', facility: 'B' },
  { sequence: 4, receivedAt: '2026-01-03T09:00:00Z', notes: '[{"code":"DRIM-216"}]', messageType: 'MDM^T02^MDM_T02' },
  { sequence: 5, receivedAt: '2026-01-04T09:00:00Z', verdict: 'none', outcome: 'ignored', code: 'DRIM-215' },
];

describe('the reception journal, searched', () => {
  let opened: OpenDatabase;
  let journal: JournalRepository;

  beforeAll(async () => {
    const { url } = await testDatabase(service);
    opened = await openDatabase({ url, service, mode: 'test', migrations: MIGRATIONS, logger });
    journal = new JournalRepository(opened.database);
    for (const line of LINES) await insert(line);
  });
  afterAll(() => opened?.source.destroy());

  async function insert(line: Line): Promise<void> {
    const id = randomUUID();
    await opened.database.query(
      `insert into reception (id, sequence, received_at, site, listener, peer, application, facility, control_id, digest,
                              message_type, verdict, outcome, code, detail, location, notes, bytes, raw)
       values ($1, $2, $3, $4, 'hl7-a', '127.0.0.1', $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 0, '')`,
      [
        id,
        line.sequence,
        line.receivedAt,
        line.site ?? 'site-a',
        line.application ?? 'RIS-A',
        line.facility ?? 'A',
        line.controlId ?? 'OTHER',
        randomBytes(8),
        line.messageType ?? 'ORU^R01^ORU_R01',
        line.verdict ?? 'AA',
        line.outcome ?? 'accepted',
        line.code ?? null,
        line.detail ?? null,
        line.location ?? null,
        line.notes ?? '[]',
      ],
    );
    if (line.report)
      await opened.database.query(`insert into report (id, reception_id, body) values ($1, $2, '{}')`, [
        line.report,
        id,
      ]);
  }

  const found = async (query: Record<string, unknown>): Promise<number[]> =>
    (await journal.list(JournalQuery.parse(query))).map(({ sequence }) => sequence);

  it.each<[Record<string, unknown>, number[]]>([
    [{}, [5, 4, 3, 2, 1]],
    [{ site: 'site-b' }, [3]],
    [{ from: '2026-01-01T09:00:00Z', to: '2026-01-03T09:00:00Z' }, [3, 2]],
    [{ acknowledgement: 'AE' }, [2]],
    [{ outcome: 'ignored' }, [5]],
    [{ code: 'DRIM-206' }, [2]],
    [{ code: 'DRIM-216' }, [4]],
    [{ controlId: 'A1' }, [1]],
    [{ application: 'RIS-B', facility: 'B' }, [3]],
    [{ messageType: 'MDM^T02^MDM_T02' }, [4]],
    [{ listener: 'hl7-a', peer: '127.0.0.1', limit: '2' }, [5, 4]],
    [{ report: REPORT }, [1]],
    [{ text: 'NO VALUE' }, [2]],
    [{ text: 'pid-3' }, [2]],
    [{ text: '100%' }, [2]],
    [{ text: '_%' }, []],
    [{ before: '3' }, [2, 1]],
    [{ site: 'site-a', outcome: 'accepted', limit: '1', before: '4' }, [1]],
    [{ code: 'DRIM-206', acknowledgement: 'AA' }, []],
  ])('%j: %j', async (query, sequences) => {
    expect(await found(query)).toEqual(sequences);
  });

  it.each([{ from: 'yesterday' }, { text: 'x' }, { limit: '501' }, { acknowledgement: 'CA' }, { patient: 'x' }])(
    '%j is no search',
    (query) => expect(JournalQuery.safeParse(query).success).toBe(false),
  );
});
