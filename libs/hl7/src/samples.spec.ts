import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildAck, classifyMessage, parseAck, parseMessage, readOmi, readReportMessage } from './index.js';

/** The official messages stay outside of the repository. */
const SAMPLES = process.env['DRIMBOX_SAMPLES'] ?? fileURLToPath(new URL('../../../../shared/samples', import.meta.url));
const describeSamples = existsSync(SAMPLES) ? describe : describe.skip;

/** `class`, then what was understood of the message. */
const EXPECTED: readonly (readonly [file: string, expected: string])[] = [
  ['interop/hl7v2/ack_t04_aa.er7', 'ack AA of 015'],
  ['interop/hl7v2/ack_t10_aa.er7', 'ack AA of 015'],
  ['interop/hl7v2/gen_ack_aa.hl7', 'ack AA of GEN0001'],
  ['interop/hl7v2/gen_ack_ae_required_field.hl7', 'ack AE of GEN0001: 101 E PID-3'],
  ['interop/hl7v2/gen_ack_ar_reemit_later.hl7', 'ack AR of GEN0001: 207 E -'],
  ['interop/hl7v2/gen_mdm_t02_img_init.hl7', 'MDM new 14535 bytes imaging, sender 101235555'],
  ['interop/hl7v2/gen_mdm_t04_img_delete.hl7', 'MDM withdraw 14677 bytes imaging, sender 101235555'],
  ['interop/hl7v2/gen_mdm_t10_img_replace.hl7', 'MDM replace 14677 bytes imaging, sender 101235555'],
  ['interop/hl7v2/gen_omi_o23_study_updated.hl7', 'omi study-update 1.2.250.1.213.4.5.2.1.102 ACN102'],
  ['interop/hl7v2/gen_oru_r01_img_INCOHERENT_orc_obx11.hl7', 'refused incoherent-intent 199 OBX-1-11'],
  ['interop/hl7v2/gen_oru_r01_img_delete.hl7', 'ORU withdraw 14677 bytes imaging, sender 101235555'],
  ['interop/hl7v2/gen_oru_r01_img_init.hl7', 'ORU new 14535 bytes imaging, sender 101235555'],
  [
    'interop/hl7v2/gen_oru_r01_img_init_invisible_patient.hl7',
    'ORU new 14535 bytes imaging, sender 101235555, invisiblePatient',
  ],
  ['interop/hl7v2/gen_oru_r01_img_replace.hl7', 'ORU replace 14677 bytes imaging, sender 101235555'],
  [
    'interop/hl7v2/gen_oru_r01_img_replace_make_visible.hl7',
    'ORU replace 14677 bytes imaging, sender 101235555, modifConfCode',
  ],
  [
    'interop/hl7v2/mdm_t02_init.er7',
    'MDM new 246117 bytes imaging, sender 300017985, invisiblePatient invisibleRepresentants connexionSecrete',
  ],
  ['interop/hl7v2/mdm_t02_init_short_payload.er7', 'refused not-a-document 102 OBX-1-5'],
  [
    'interop/hl7v2/mdm_t04_delete_BADPADDING.er7',
    'MDM withdraw 246326 bytes imaging, sender 300017985, connexionSecrete, padding-repaired',
  ],
  [
    'interop/hl7v2/mdm_t10_replace.er7',
    'MDM replace 246324 bytes imaging, sender 300017985, connexionSecrete modifConfCode',
  ],
  ['interop/hl7v2/omi_o23_teleradiologie_flux4.hl7', 'omi teleradiology 1.2.250.1.213.4.5.2.1.101 ACN101'],
  ['interop/hl7v2/oru_r01_init_bio.hl7', 'ORU new 217807 bytes, sender 1120459876'],
  ['interop/hl7v2/oru_r01_replace_bio_BADPADDING.hl7', 'ORU replace 220990 bytes, sender 1120459876, padding-repaired'],
  ['ans-hl7v2/oru/ack.hl7', 'ack AA of 015'],
  ['ans-hl7v2/oru/message_ORU_CR_Bio_INIT_N1_N3.hl7', 'refused several-documents 198 OBX-2'],
  ['ans-hl7v2/oru/message_ORU_CR_Bio_RPLC_N1_N3.er7', 'refused several-documents 198 OBX-2'],
  ['ans-hl7v2/oru/message_ORU_CR_Bio_DEL_N1_N3.er7', 'refused several-documents 198 OBX-2'],
  ['ans-hl7v2/mdm-cr-radio/ack_T04.er7', 'ack AA of 015'],
  ['ans-hl7v2/mdm-cr-radio/ack_T10.er7', 'ack AA of 015'],
  ['ans-hl7v2/mdm-cr-radio/message_MDM_CR_Radio_INIT_N1.er7', 'refused not-a-document 102 OBX-1-5'],
  [
    'ans-hl7v2/mdm-cr-radio/message_MDM_CR_Radio_INIT_N1_Base64.er7',
    'MDM new 246117 bytes imaging, sender 300017985, invisiblePatient invisibleRepresentants connexionSecrete',
  ],
  [
    'ans-hl7v2/mdm-cr-radio/message_MDM_CR_Radio_RPLC_N1.er7',
    'MDM replace 246324 bytes imaging, sender 300017985, connexionSecrete modifConfCode',
  ],
  [
    'drim-m-data/pfi-hl7/ORU_R01_K.hl7',
    'ORU new 623216 bytes imaging, sender 300017985, invisiblePatient invisibleRepresentants',
  ],
  ['drim-m-data/omi/OMI_O23-ImagingOrder.hl7', 'omi study-update 1.2.250.1.213.4.5.2.1.101 105234751'],
];

describeSamples('official and made messages', () => {
  it.each(EXPECTED)('%s: %s', (file, expected) => {
    const bytes = readFileSync(join(SAMPLES, file));
    expect(understood(bytes)).toBe(expected);
    // The same message with each line end (interop §1.4).
    for (const end of ['\r', '\n', '\r\n', '\r\n\r\n']) {
      const other = Buffer.from(
        bytes
          .toString('latin1')
          .split(/[\r\n]+/)
          .filter(Boolean)
          .join(end),
        'latin1',
      );
      expect(understood(other)).toBe(expected);
    }
  });

  it.each(EXPECTED)('%s can be acknowledged', (file) => {
    const bytes = readFileSync(join(SAMPLES, file));
    const ack = parseAck(buildAck(bytes, { code: 'AA', now: new Date(0), controlId: '1' }));
    const sent = parseMessage(bytes);
    expect(ack.ok && ack.value.controlId).toBe(sent.ok && sent.value.text('MSH', 10));
  });
});

function understood(bytes: Buffer): string {
  const parsed = parseMessage(bytes);
  if (!parsed.ok) return parsed.problem.kind;
  const { kind } = classifyMessage(parsed.value);
  if (kind === 'ack') {
    const ack = parseAck(bytes);
    if (!ack.ok) return ack.problem.kind;
    const errors = ack.value.errors.map(
      (error) => `: ${error.code0357} ${error.severity} ${error.segment}-${error.field}`,
    );
    return `ack ${ack.value.code} of ${ack.value.controlId}${errors.join('')}`;
  }
  if (kind === 'omi') {
    const omi = readOmi(parsed.value);
    if (!omi.ok) return omi.problem.kind;
    return `omi ${omi.value.flow} ${omi.value.studies.map((study) => `${study.uid} ${study.accession ?? ''}`).join()}`;
  }
  const report = readReportMessage(parsed.value);
  if (!report.ok) {
    const { location, code0357 } = report.problem.hl7;
    const place = [location?.segment, location?.sequence, location?.field]
      .filter((part) => part !== undefined)
      .join('-');
    return `refused ${report.problem.kind} ${code0357} ${place}`;
  }
  const { type, operation, document, isImaging, sender, flags, warnings } = report.value;
  const on = Object.entries(flags).filter(([, value]) => value === true);
  return [
    `${type} ${operation} ${document.length} bytes${isImaging ? ' imaging' : ''}`,
    `sender ${sender?.organization?.id ?? 'unknown'}`,
    ...(on.length > 0 ? [on.map(([name]) => name).join(' ')] : []),
    ...warnings.map((warning) => warning.kind),
  ].join(', ');
}
