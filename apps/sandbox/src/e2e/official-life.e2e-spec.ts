import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWithSamples, tempDir } from '@drimbox/testing';
import { Mesh } from '../mesh/mesh.js';
import { loadStudy } from '../pacs/pacs-loader.js';
import type { Signatory } from '../ris/actors.js';
import { type Intent, type MessageKind, reportMessage } from '../ris/message/report-message.js';
import { generateStudy } from '../studies/generate-study.js';
import { PAT_TROIS } from '../studies/test-patient.js';
import { HEAD, HEAD_UID, KNEE, KNEE_UID } from './official-rows.js';
import { OFFICIAL_SITE } from './official-site.js';
import { pointersOf } from './told-report.js';

const MDM = 'ans-hl7v2/mdm-cr-radio/message_MDM_CR_Radio_';
const MADE = 'interop/hl7v2/';
const HIDDEN = ['INVISIBLE_PATIENT', 'INVISIBLE_REPRESENTANTS_LEGAUX'];

/** One message of a life: the state of the exam and the pointers in the DMP after it, oldest first. */
interface Turn {
  readonly file: string;
  readonly state: string;
  readonly pointers: readonly (readonly [status: string, hidden: readonly string[]])[];
}

interface Life {
  readonly name: string;
  readonly study: string;
  readonly turns: readonly Turn[];
}

const turn = (file: string, state: string, ...pointers: Turn['pointers']): Turn => ({ file, state, pointers });

const LIVES: readonly Life[] = [
  {
    name: 'the MDM of the national examples',
    study: HEAD_UID,
    turns: [
      turn(`${MDM}INIT_N1_Base64.er7`, 'published', ['Approved', HIDDEN]),
      turn(`${MDM}RPLC_N1.er7`, 'published', ['Deprecated', HIDDEN], ['Approved', []]),
      turn(`${MADE}mdm_t04_delete_BADPADDING.er7`, 'withdrawn', ['Deprecated', HIDDEN], ['Deleted', []]),
    ],
  },
  {
    name: 'their copies',
    study: HEAD_UID,
    turns: [
      turn(`${MADE}mdm_t02_init.er7`, 'published', ['Approved', HIDDEN]),
      turn(`${MADE}mdm_t10_replace.er7`, 'published', ['Deprecated', HIDDEN], ['Approved', []]),
      turn(`${MADE}mdm_t04_delete_BADPADDING.er7`, 'withdrawn', ['Deprecated', HIDDEN], ['Deleted', []]),
    ],
  },
  {
    name: 'the made ORU',
    study: KNEE_UID,
    turns: [
      turn(`${MADE}gen_oru_r01_img_init.hl7`, 'published', ['Approved', []]),
      turn(`${MADE}gen_oru_r01_img_replace.hl7`, 'published', ['Deprecated', []], ['Approved', []]),
      turn(`${MADE}gen_oru_r01_img_delete.hl7`, 'withdrawn', ['Deprecated', []], ['Deleted', []]),
    ],
  },
  {
    name: 'the made ORU that hides and shows',
    study: KNEE_UID,
    turns: [
      turn(`${MADE}gen_oru_r01_img_init_invisible_patient.hl7`, 'published', ['Approved', ['INVISIBLE_PATIENT']]),
      turn(
        `${MADE}gen_oru_r01_img_replace_make_visible.hl7`,
        'published',
        ['Deprecated', ['INVISIBLE_PATIENT']],
        ['Approved', []],
      ),
    ],
  },
  {
    name: 'the made MDM',
    study: KNEE_UID,
    turns: [
      turn(`${MADE}gen_mdm_t02_img_init.hl7`, 'published', ['Approved', []]),
      turn(`${MADE}gen_mdm_t10_img_replace.hl7`, 'published', ['Deprecated', []], ['Approved', []]),
      turn(`${MADE}gen_mdm_t04_img_delete.hl7`, 'withdrawn', ['Deprecated', []], ['Deleted', []]),
    ],
  },
];

/** The second wave's CDAs of a RIS: first transmission, replacement, withdrawal of the replacement. */
const SECOND_WAVE: readonly (readonly [file: string, intent: Intent])[] = [
  ['transmission_initiale', 'new'],
  ['remplacement', 'replace'],
  ['suppression', 'withdraw'],
];

describeWithSamples('lives told by the official and made messages', (samples) => {
  let mesh: Mesh;
  const dir = tempDir();
  const bytesOf = (file: string): Buffer => readFileSync(join(samples, file));

  beforeAll(async () => {
    mesh = await Mesh.start({ dir, sites: [OFFICIAL_SITE], xsdDir: join(samples, 'interop/xds-xsd') });
  }, 120_000);
  afterAll(() => mesh?.stop());
  beforeEach(async () => {
    await mesh.reset();
    for (const study of [KNEE, HEAD]) await loadStudy(mesh.stack.pacs[0]!, generateStudy(study));
  });

  async function expectAfter(message: Buffer, study: string, { file, state, pointers }: Turn): Promise<void> {
    expect(await mesh.send(message)).toMatchObject({ ok: true, ack: { code: 'AA' } });
    await mesh.settled();
    const exam = await mesh.exam(study);
    const shown = (await pointersOf(mesh, study)).map(({ status, hidden }) => [status, hidden.toSorted()]);
    expect({ file, state: exam?.state, cause: exam?.cause, shown }).toEqual({
      file,
      state,
      cause: null,
      shown: pointers,
    });
  }

  /** Everything that was sent to the DMP on the way is valid by its schemas, and nothing was refused. */
  async function expectNothingRefused(): Promise<void> {
    const sent = await mesh.dmp.submissions();
    expect(sent.filter(({ verdict, schema }) => verdict !== 'accepted' || schema !== 'valid')).toEqual([]);
  }

  it.each(LIVES)('$name', async ({ study, turns }) => {
    for (const each of turns) await expectAfter(bytesOf(each.file), study, each);
    await expectNothingRefused();
  });

  it.each(LIVES)('$name, the last message first', async ({ study, turns }) => {
    for (const { file } of turns.toReversed()) {
      expect(await mesh.send(bytesOf(file))).toMatchObject({ ok: true, ack: { code: 'AA' } });
      await mesh.settled();
    }
    const last = turns.at(-1)?.pointers.filter(([status]) => status === 'Approved');
    const approved = (await pointersOf(mesh, study)).filter(({ status }) => status === 'Approved');
    expect(approved.map(({ status, hidden }) => [status, hidden])).toEqual(last);
    expect((await mesh.exam(study))?.state).toBe(turns.at(-1)?.state);
  });

  const SENDER: Signatory = {
    person: { id: '801234560801', family: 'BIDEAULT', given: 'Jacques' },
    structure: { id: OFFICIAL_SITE.structure.id, name: OFFICIAL_SITE.structure.name, idType: 'FINEG' },
  };
  const documentOf = (xml: string): string => /<id root="([0-9.]+)"\/>/.exec(xml)?.[1] ?? '';

  it.each<MessageKind>(['ORU', 'MDM'])('the second wave’s CDAs, in %s', async (kind) => {
    const states = [
      turn('transmission_initiale', 'published', ['Approved', []]),
      turn('remplacement', 'published', ['Deprecated', []], ['Approved', []]),
      turn('suppression', 'withdrawn', ['Deprecated', []], ['Deleted', []]),
    ];
    for (const [n, [name, intent]] of SECOND_WAVE.entries()) {
      const xml = bytesOf(`ans-hl7v2/ris-cda-vague2/${name}_cr_imagerie.xml`).toString('utf8');
      const message = reportMessage({
        kind,
        intent,
        cda: { xml, id: documentOf(xml), patient: PAT_TROIS, patientId: 'IPP101' },
        sender: SENDER,
        ...OFFICIAL_SITE.ris,
        controlId: `WAVE2-${n}`,
      });
      await expectAfter(message, KNEE_UID, states[n]!);
    }
    await expectNothingRefused();
  });
});
