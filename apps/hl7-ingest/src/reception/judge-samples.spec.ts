import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWithSamples } from '@drimbox/testing';
import { JUDGING, SAMPLE_SITE } from '../testing/fixtures.js';
import { judge } from './judge.js';
import { locationText } from './problems.js';

/** Every official and made HL7 file: what a DRIMbox says of it. */
const ROWS: readonly [
  file: string,
  ack: string,
  code: string | undefined,
  where: string | undefined,
  what: string | undefined,
][] = [
  ['ans-hl7v2/mdm-cr-radio/message_MDM_CR_Radio_INIT_N1.er7', 'AE', 'DRIM-208', 'OBX[1]-5', undefined],
  ['ans-hl7v2/mdm-cr-radio/message_MDM_CR_Radio_INIT_N1_Base64.er7', 'AA', undefined, undefined, 'new'],
  ['ans-hl7v2/mdm-cr-radio/message_MDM_CR_Radio_RPLC_N1.er7', 'AA', undefined, undefined, 'replace'],
  ['ans-hl7v2/mdm-cr-radio/ack_T04.er7', 'none', 'DRIM-215', undefined, undefined],
  ['ans-hl7v2/mdm-cr-radio/ack_T10.er7', 'none', 'DRIM-215', undefined, undefined],
  ['drim-m-data/pfi-hl7/ORU_R01_K.hl7', 'AA', undefined, undefined, 'new'],
  ['interop/hl7v2/mdm_t02_init.er7', 'AA', undefined, undefined, 'new'],
  ['interop/hl7v2/mdm_t02_init_short_payload.er7', 'AE', 'DRIM-208', 'OBX[1]-5', undefined],
  ['interop/hl7v2/mdm_t10_replace.er7', 'AA', undefined, undefined, 'replace'],
  ['interop/hl7v2/mdm_t04_delete_BADPADDING.er7', 'AA', undefined, undefined, 'withdraw'],
  ['interop/hl7v2/oru_r01_init_bio.hl7', 'AA', 'DRIM-213', undefined, undefined],
  ['interop/hl7v2/oru_r01_replace_bio_BADPADDING.hl7', 'AA', 'DRIM-213', undefined, undefined],
  ['interop/hl7v2/gen_oru_r01_img_init.hl7', 'AA', undefined, undefined, 'new'],
  ['interop/hl7v2/gen_oru_r01_img_init_invisible_patient.hl7', 'AA', undefined, undefined, 'new'],
  ['interop/hl7v2/gen_oru_r01_img_replace.hl7', 'AA', undefined, undefined, 'replace'],
  ['interop/hl7v2/gen_oru_r01_img_replace_make_visible.hl7', 'AA', undefined, undefined, 'replace'],
  ['interop/hl7v2/gen_oru_r01_img_delete.hl7', 'AA', undefined, undefined, 'withdraw'],
  ['interop/hl7v2/gen_oru_r01_img_INCOHERENT_orc_obx11.hl7', 'AE', 'DRIM-207', 'OBX[1]-11', undefined],
  ['interop/hl7v2/gen_mdm_t02_img_init.hl7', 'AA', undefined, undefined, 'new'],
  ['interop/hl7v2/gen_mdm_t10_img_replace.hl7', 'AA', undefined, undefined, 'replace'],
  ['interop/hl7v2/gen_mdm_t04_img_delete.hl7', 'AA', undefined, undefined, 'withdraw'],
  ['interop/hl7v2/gen_omi_o23_study_updated.hl7', 'AA', undefined, undefined, 'exam-changed'],
  ['interop/hl7v2/omi_o23_teleradiologie_flux4.hl7', 'AA', 'DRIM-223', undefined, undefined],
  ['interop/hl7v2/gen_ack_aa.hl7', 'none', 'DRIM-215', undefined, undefined],
  ['interop/hl7v2/gen_ack_ae_required_field.hl7', 'none', 'DRIM-215', undefined, undefined],
  ['interop/hl7v2/gen_ack_ar_reemit_later.hl7', 'none', 'DRIM-215', undefined, undefined],
  ['interop/hl7v2/ack_t04_aa.er7', 'none', 'DRIM-215', undefined, undefined],
  ['interop/hl7v2/ack_t10_aa.er7', 'none', 'DRIM-215', undefined, undefined],
];

describeWithSamples('the official and made messages', (samples) => {
  it.each(ROWS)('%s → %s %s %s %s', (file, ack, code, where, what) => {
    const verdict = judge(readFileSync(join(samples, file)), SAMPLE_SITE, JUDGING);
    const content = verdict.outcome === 'accepted' ? verdict.content : undefined;
    expect({
      ack: verdict.ack,
      code: 'code' in verdict ? verdict.code : undefined,
      where: 'error' in verdict ? locationText(verdict.error.location) : undefined,
      what: content?.kind === 'report' ? content.report.operation : content?.kind,
    }).toEqual({ ack, code, where, what });
  });
});
