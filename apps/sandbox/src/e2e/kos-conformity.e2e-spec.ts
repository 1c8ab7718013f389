import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExamDetail } from '@drimbox/contracts';
import { describeWithSamples, samplesDir, tempDir } from '@drimbox/testing';
import type { DmpEntry } from '../mesh/dmp-desk.js';
import { Mesh } from '../mesh/mesh.js';
import { reportOf } from '../mesh/report-of.js';
import { loadStudy } from '../pacs/pacs-loader.js';
import { reportedStudy } from '../ris/cda/report-options.js';
import { ISSUER } from '../studies/numbering.js';
import { generateStudy, type Study } from '../studies/generate-study.js';
import { entriesIn } from './entry-says.js';
import { ADDED_SINCE_2023, CASES, FIXED_VALUES, type KosCase } from './kos-cases.js';
import { digest, expectConformant, expectEntry, expectEveryInstance, expectTexts } from './kos-expectations.js';
import { attributeSet, inspectKos, type KosInspection, valuesAt, withoutItems } from './kos-inspection.js';

const FIRST_NUMBER = 940;
interface Published {
  readonly study: Study;
  readonly exam: ExamDetail;
  readonly entry: DmpEntry;
  readonly kos: Buffer;
}

describe('the KOS that the DMP holds', () => {
  let mesh: Mesh;
  const dir = tempDir();
  const samples = samplesDir();
  const xsdDir = samples && join(samples, 'interop/xds-xsd');

  beforeAll(async () => {
    mesh = await Mesh.start({ dir, xsdDir });
  }, 120_000);
  afterAll(() => mesh?.stop());

  /** One study in the PACS, its report sent, its pointer in the DMP. */
  async function publish(number: number, kosCase: KosCase): Promise<Published> {
    const study = await send(number, kosCase);
    const exam = await mesh.examIn(study.uid, 'published');
    const [entry, ...others] = await mesh.entriesOf(study.uid);
    expect(others).toEqual([]);
    expect(entry?.uniqueId).toBe(exam.kos);
    return { study, exam, entry: entry!, kos: await mesh.dmp.document(entry!.uniqueId) };
  }

  async function send(
    number: number,
    { site = 0, reported, level, withoutLocalId, ...kosCase }: KosCase,
  ): Promise<Study> {
    const study = generateStudy({ ...kosCase.study, number });
    await loadStudy(mesh.stack.pacs[site]!, study);
    const message = reportOf(mesh.stack.sites[site]!, [study], {
      ...kosCase.report,
      document: number,
      cda: {
        ...(level && { level }),
        ...(reported && { studies: [reported(reportedStudy(study))] }),
        ...(withoutLocalId && { patientId: null }),
      },
    });
    expect(await mesh.send(message, { site })).toMatchObject({ ok: true, ack: { code: 'AA' } });
    return study;
  }

  it.each(CASES.map((kosCase, index) => [kosCase.name, FIRST_NUMBER + index, kosCase] as const))(
    '%s',
    async (_name, number, kosCase) => {
      const { study, exam, entry, kos } = await publish(number, kosCase);
      const inspection = await inspectKos(kos);
      expectConformant(inspection, study);
      expectEveryInstance(inspection, study, `db${(kosCase.site ?? 0) + 1}.990.mesimagesmedicales.fr`);
      expectTexts(inspection, study, kosCase);
      expectEntry(entry, kos, study, kosCase);
      await expectArchived(exam, kos);
      const [received] = entriesIn(Buffer.from(await mesh.dmp.metadata(entry.uniqueId)));
      expect(received?.slots).toMatchObject({
        sourcePatientId: [
          kosCase.withoutLocalId
            ? `${study.patient.ins}^^^&${study.patient.insOid}&ISO^PI`
            : `${study.patientId}^^^&${ISSUER.patientId}&ISO^PI`,
        ],
        size: [String(kos.length)],
      });
    },
  );

  /** The archive held these bytes and this metadata before the DMP did (DB.SO.13). */
  async function expectArchived({ kos: kosUid }: ExamDetail, kos: Buffer): Promise<void> {
    const [row = ''] = await mesh.sql(
      'kos-publisher',
      `select encode(sha256(kos), 'hex'), octet_length(signature) > 0, encode(metadata, 'hex'),
              extract(epoch from frozen_at) * 1000, extract(epoch from min(started_at)) * 1000
         from kos_version join dmp_attempt on kos_version_id = kos_version.id
        where kos_uid = '${kosUid}' group by kos_version.id`,
    );
    const [sha256, signed, metadataHex = '', frozenAt, sentAt] = row.split('|');
    const [submission] = (await mesh.dmp.submissions()).slice(-1);
    expect([sha256, signed]).toEqual([digest('sha256', kos), 't']);
    expect(Number(frozenAt)).toBeLessThan(Number(sentAt));
    expect(Number(sentAt)).toBeLessThan(Date.parse(submission!.at));
    expect(submission).toMatchObject({ verdict: 'accepted', schema: samples ? 'valid' : 'unavailable' });

    const metadata = Buffer.from(metadataHex, 'hex');
    if (xsdDir) expectValid(metadata, join(xsdDir, 'ebRS30/lcm.xsd'));
    const received = entriesIn(Buffer.from(await mesh.dmp.metadata(kosUid!)));
    expect(received).toHaveLength(1);
    expect(entriesIn(metadata)).toContainEqual(received[0]);
  }

  function expectValid(xml: Buffer, schema: string): void {
    const file = join(dir, 'metadata.xml');
    writeFileSync(file, xml);
    execFileSync('xmllint', ['--noout', '--nonet', '--schema', schema, file], { stdio: 'pipe' }); // throws when invalid
  }

  it('of a report about three studies: one each, with its own identifiers', async () => {
    const studies = [980, 981, 982].map((number) =>
      generateStudy({ number, series: [{ modality: 'DX', instances: 1 }] }),
    );
    for (const study of studies) await loadStudy(mesh.stack.pacs[0]!, study);
    const message = reportOf(mesh.stack.sites[0]!, studies, { document: 980, cda: { patientId: null } });
    expect(await mesh.send(message)).toMatchObject({ ok: true, ack: { code: 'AA' } });
    for (const study of studies) {
      await mesh.examIn(study.uid, 'published');
      const [entry, ...others] = await mesh.entriesOf(study.uid);
      expect(others).toEqual([]);
      const kos = await mesh.dmp.document(entry!.uniqueId);
      const inspection = await inspectKos(kos);
      expectConformant(inspection, study);
      expectEveryInstance(inspection, study, 'db1.990.mesimagesmedicales.fr');
      expectEntry(entry!, kos, study, { name: '', study: { series: [] }, charset: 'ISO_IR 100' });
    }
  });

  it('is none when the report has no accession number: the DMP wants one, what it would have got is archived', async () => {
    const withoutAccession: KosCase = {
      name: 'no accession number',
      study: { series: [{ modality: 'CT', instances: 2 }] },
      reported: ({ accession: _accession, ...study }) => study,
      charset: 'ISO_IR 100',
    };
    const study = await send(990, withoutAccession);
    const exam = await mesh.examIn(study.uid, 'refused');
    expect(exam).toMatchObject({ cause: { code: 'DRIM-502' }, nextAttemptAt: null });
    expect(await mesh.entriesOf(study.uid)).toEqual([]);
    const [hex = ''] = await mesh.sql(
      'kos-publisher',
      `select encode(kos, 'hex') from kos_version where kos_uid = '${exam.kos}'`,
    );
    const inspection = await inspectKos(Buffer.from(hex, 'hex'));
    expectConformant(inspection, study);
    expect(valuesAt(inspection, '(0040,a370).(0008,0050)')).toEqual(['']);
  });

  describeWithSamples('beside the official one', (folder) => {
    it('has the same attributes, and only the intended further ones', async () => {
      const official = await inspectKos(readFileSync(join(folder, 'drim-m-poc/KOS/ko.dcm')));
      const twoSeries = CASES.find(({ name }) => name === 'MR, two series')!;
      const ours = await inspectKos((await publish(970, twoSeries)).kos);
      const [theirs, own] = [attributeSet(official), attributeSet(ours)];
      expect([...theirs].filter((path) => !own.has(path))).toEqual([]);
      expect([...own].filter((path) => !theirs.has(path)).toSorted()).toEqual(Object.keys(ADDED_SINCE_2023).toSorted());
      const vrs = ({ attributes }: KosInspection) =>
        new Map(attributes.map(({ path, vr }) => [withoutItems(path), vr]));
      for (const [path, vr] of vrs(official)) expect([path, vrs(ours).get(path)]).toEqual([path, vr]);
      for (const [path, value] of Object.entries(FIXED_VALUES)) {
        expect([path, ...valuesAt(official, path)]).toEqual([path, value]);
        expect([path, ...valuesAt(ours, path)]).toEqual([path, value]);
      }
      for (const kos of [official, ours]) {
        expect(valuesAt(kos, '(0010,1002).(0010,0020)')).toEqual(valuesAt(kos, '(0010,0020)'));
        expect(valuesAt(kos, '(0040,a375).(0020,000d)')).toEqual(valuesAt(kos, '(0020,000d)'));
        expect(valuesAt(kos, '(0040,a370).(0020,000d)')).toEqual(valuesAt(kos, '(0020,000d)'));
      }
    });
  });
});
