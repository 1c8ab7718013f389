import { randomUUID } from 'node:crypto';
import { ExamManifest } from '@drimbox/contracts';
import { buildKos } from '@drimbox/dicom';
import { aReport, aVersion } from '../testing/fixtures.js';
import { type OpenSqlStore, sqlPointerStore } from '../testing/sql-store.for-spec.js';
import { ManifestController } from './manifest.controller.js';

const STUDY = '1.2.3.1';

const MR = '1.2.840.10008.5.1.4.1.1.4';

/** A KOS of one series. */
const kosOf = (instances: readonly string[]): Buffer =>
  buildKos({
    sopInstanceUid: '1.2.3.9',
    seriesUid: '1.2.3.8',
    created: new Date('2026-01-02T09:15:00Z'),
    manufacturer: 'DRIMBOX',
    institution: { name: 'Centre de radiologie', id: '101235555' },
    patient: {
      ins: { value: '279035121518989', oid: '1.2.250.1.213.1.4.10' },
      birthFamily: 'PAT-TROIS',
      birthGivens: ['DOMINIQUE'],
      birthDate: '19790328',
      sex: 'F',
    },
    study: { uid: STUDY, date: '', time: '', description: '', id: '', referringPhysician: '', act: 'IRM' },
    orders: [{ accession: { value: 'ACN1', oid: '1.2.3' } }],
    series: [
      {
        uid: `${STUDY}.1`,
        modality: 'MR',
        number: 1,
        description: '',
        retrieveUrl: `https://db1.example.fr/rs/studies/${STUDY}/series/${STUDY}.1`,
        instances: instances.map((sopInstance, index) => ({ sopClass: MR, sopInstance, number: index + 1 })),
      },
    ],
  });

describe('the manifest of an exam', () => {
  let sql: OpenSqlStore;
  let controller: ManifestController;
  let examId: string;
  let versions: ReturnType<typeof aVersion>[];

  beforeAll(async () => {
    sql = await sqlPointerStore();
    controller = new ManifestController(sql.database);
    versions = [];
    for (const [n, instances] of [['1.2.3.1.1.1'], ['1.2.3.1.1.1', '1.2.3.1.1.2']].entries()) {
      const report = aReport({ id: randomUUID(), sequence: n + 1, operation: n === 0 ? 'new' : 'replace' });
      const stored = { report, lineage: randomUUID() };
      await sql.store.transaction(async (tx) => {
        await tx.addReport(stored);
        const exam = await tx.lockExam({ site: report.site, study: STUDY, pacsLink: 'pacs-a' });
        examId = exam.id;
        const version = { ...aVersion(exam, stored), kos: kosOf(instances) };
        await tx.freeze(version);
        versions.push(version);
      });
    }
  });
  afterAll(() => sql?.close());

  it('is unknown while no pointer is in force', async () => {
    await expect(controller.manifest(examId)).rejects.toThrow(/DRIM-103/);
    await expect(controller.manifest(randomUUID())).rejects.toThrow(/DRIM-103/);
  });

  it('is that of the version in force: whose it is, and what it names', async () => {
    await sql.store.transaction((tx) => tx.setStatus(versions[0]!.id, 'approved'));
    expect(ExamManifest.parse(await controller.manifest(examId))).toMatchObject({
      examId,
      kos: versions[0]!.kosUid,
      patient: { matricule: versions[0]!.submission.patient.ins, oid: versions[0]!.submission.patient.oid },
      series: [{ uid: '1.2.3.1.1', instances: ['1.2.3.1.1.1'] }],
    });
    await sql.store.transaction(async (tx) => {
      await tx.setStatus(versions[0]!.id, 'replaced');
      await tx.setStatus(versions[1]!.id, 'approved');
    });
    expect((await controller.manifest(examId)).series).toEqual([
      { uid: '1.2.3.1.1', instances: ['1.2.3.1.1.1', '1.2.3.1.1.2'] },
    ]);
  });
});
