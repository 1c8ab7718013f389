import { randomUUID } from 'node:crypto';
import { Audit, AuditRecord } from '@drimbox/audit';
import { ArchivePage, ArchiveSearch, type Report } from '@drimbox/contracts';
import type { FrozenVersion } from '../pointer/pointer-store.js';
import { aReport, aVersion } from '../testing/fixtures.js';
import { type OpenSqlStore, sqlPointerStore } from '../testing/sql-store.for-spec.js';
import { ArchiveController } from './archive.controller.js';

const LINEAGE = randomUUID();
const OTHER_INS = '179035121518985';

describe('the archive, searched and read', () => {
  let sql: OpenSqlStore;
  let archive: ArchiveController;
  let versions: FrozenVersion[];

  const report = (n: number, study: string, over: Partial<Report> = {}): Report =>
    aReport({
      id: randomUUID(),
      sequence: n,
      document: { ...aReport().document, id: { root: `1.2.8.${n}`, extension: 'x' } },
      studies: aReport().studies.map((one) => ({ ...one, uid: study })),
      ...over,
    });

  beforeAll(async () => {
    sql = await sqlPointerStore();
    archive = new ArchiveController(sql.database, new Audit('kos-publisher'));
    const reports = [
      { report: report(1, '1.2.3.1'), lineage: LINEAGE },
      { report: report(2, '1.2.3.1', { operation: 'replace' }), lineage: LINEAGE },
      {
        report: report(3, '1.2.3.2', {
          site: 'site-b',
          patient: { ...aReport().patient, ins: { value: OTHER_INS, oid: '1.2.250.1.213.1.4.10' } },
        }),
        lineage: randomUUID(),
      },
    ];
    versions = [];
    for (const stored of reports) {
      await sql.store.transaction(async (tx) => {
        await tx.addReport(stored);
        const { site, studies } = stored.report;
        const exam = await tx.lockExam({ site, study: studies[0]!.uid, pacsLink: 'pacs-a' });
        const accession = `ACN${versions.length + 1}`;
        const version = aVersion(exam, stored, { identifiers: { ipp: 'IPP901', accession } });
        await tx.freeze(version);
        versions.push(version);
      });
    }
    await sql.store.transaction((tx) => tx.setStatus(versions[0]!.id, 'replaced'));
  });
  afterAll(() => sql?.close());
  beforeEach(() => sql.database.query('delete from audit_outbox'));

  const audited = async (): Promise<AuditRecord[]> =>
    (await sql.database.query<{ record: unknown }>('select record from audit_outbox order by position')).map(
      ({ record }) => AuditRecord.parse(record),
    );
  const found = async (search: Record<string, unknown>): Promise<number[]> => {
    const page = ArchivePage.parse(await archive.search(ArchiveSearch.parse(search), 'claire'));
    return page.versions.map(({ id }) => versions.findIndex((version) => version.id === id) + 1);
  };

  it.each<[string, () => Record<string, unknown>, number[]]>([
    ['nothing: all, newest first', () => ({}), [3, 2, 1]],
    ['the study', () => ({ study: '1.2.3.1' }), [2, 1]],
    ['the KOS', () => ({ kos: versions[0]!.kosUid }), [1]],
    ['the accession number', () => ({ accession: 'ACN2' }), [2]],
    ['the local patient id and the site', () => ({ ipp: 'IPP901', site: 'site-b' }), [3]],
    ['the INS', () => ({ ins: OTHER_INS }), [3]],
    ['a report: what was built from any version of it', () => ({ report: versions[0]!.reportId }), [2, 1]],
    ['a CDA document', () => ({ document: '1.2.8.3^x' }), [3]],
    ['the root of a CDA document', () => ({ document: '1.2.8.2' }), [2, 1]],
    ['a root that only begins the same', () => ({ document: '1.2.8' }), []],
    ['the state', () => ({ state: 'replaced' }), [1]],
    ['a time to come', () => ({ from: '2126-01-01T00:00:00Z' }), []],
    ['a time past', () => ({ to: '2026-01-01T00:00:00Z' }), []],
  ])('by %s', async (_, search, expected) => {
    expect(await found(search())).toEqual(expected);
  });

  it('page by page', async () => {
    const first = await archive.search(ArchiveSearch.parse({ limit: 2 }), 'claire');
    const rest = await archive.search(ArchiveSearch.parse({ limit: 2, before: first.next }), 'claire');
    expect([...first.versions, ...rest.versions].map(({ id }) => id)).toEqual(
      versions.toReversed().map(({ id }) => id),
    );
    expect(rest.next).toBeNull();
  });

  it('answers no trait, and leaves the identifiers it was asked by in the audit only', async () => {
    const answer = await archive.search(ArchiveSearch.parse({ ins: OTHER_INS, ipp: 'IPP901' }), 'claire');
    expect(answer.versions).toHaveLength(1);
    expect(JSON.stringify(answer)).not.toMatch(/1790351215189|IPP901|PAT-TROIS/);
    expect(await audited()).toMatchObject([
      {
        event: { id: { code: '110112' } },
        participants: [{ userId: 'claire', requestor: true }, { userId: 'admin' }, { userId: 'kos-publisher' }],
        objects: [{ kind: 'patient', matricule: OTHER_INS }],
        detail: { found: 1, ipp: 'IPP901' },
      },
    ]);
  });

  it.each([
    ['kos', 'application/dicom'],
    ['metadata', 'application/xml'],
    ['signature', 'application/xml'],
  ] as const)('gives %s back byte for byte, audited', async (part, type) => {
    const [version] = versions;
    const file = await archive.read(version!.id, part, 'claire');
    const chunks: Buffer[] = [];
    for await (const chunk of file.getStream()) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks)).toEqual(version![part]);
    expect(file.getHeaders()).toMatchObject({ type, length: version![part].length });
    expect(await audited()).toMatchObject([
      {
        event: { id: { code: '110103' }, action: 'R' },
        participants: [{ userId: 'claire' }, {}, {}],
        objects: [
          { kind: 'patient' },
          { kind: 'study', uid: '1.2.3.1' },
          { kind: 'document', uniqueId: version!.kosUid },
        ],
        detail: { part },
      },
    ]);
  });

  it('an unknown version is unknown, and no read', async () => {
    await expect(archive.read(randomUUID(), 'kos', 'claire')).rejects.toThrow(/DRIM-103/);
    expect(await audited()).toEqual([]);
  });

  it.each([{ ins: 'DURAND' }, { study: 'x' }, { state: 'gone' }, { limit: 501 }, { name: 'DURAND' }])(
    '%j is no search',
    (search) => expect(ArchiveSearch.safeParse(search).success).toBe(false),
  );
});
