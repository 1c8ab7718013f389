import { type Attribute, part10 } from '../../../sandbox/src/studies/dicom-writer.js';

/** A text that would run if it ever became markup. */
export const PAYLOAD = '"><img src=x onerror="window.hacked=1"><script>window.hacked=1</script>';

const head = (sopClass: string, instance: string, modality: string): Attribute[] => [
  [0x0008_0005, 'CS', 'ISO_IR 192'],
  [0x0008_0016, 'UI', sopClass],
  [0x0008_0018, 'UI', instance],
  [0x0008_0060, 'CS', modality],
  [0x0008_0023, 'DA', '20260105'],
  [0x0020_0013, 'IS', 1],
];

const concept = (meaning: string): Attribute => [0x0040_a043, 'SQ', [[[0x0008_0104, 'LO', meaning]]]];

/** A structured report with one finding. */
export function reportFile(finding: string, title = 'Compte rendu'): Buffer {
  const [sopClass, instance] = ['1.2.840.10008.5.1.4.1.1.88.11', '2.25.4713.1'];
  return part10(sopClass, instance, 'ISO_IR 192', [
    ...head(sopClass, instance, 'SR'),
    [0x0040_a491, 'CS', 'COMPLETE'],
    [0x0040_a493, 'CS', 'VERIFIED'],
    [0x0040_a040, 'CS', 'CONTAINER'],
    concept(title),
    [0x0040_a730, 'SQ', [[[0x0040_a040, 'CS', 'TEXT'], concept('Conclusion'), [0x0040_a160, 'UT', finding]]]],
  ]);
}

export const PDF_BYTES = Buffer.from('%PDF-1.4\n% fictif\n');

export function pdfFile(title: string): Buffer {
  const [sopClass, instance] = ['1.2.840.10008.5.1.4.1.1.104.1', '2.25.4713.2'];
  return part10(sopClass, instance, 'ISO_IR 192', [
    ...head(sopClass, instance, 'DOC'),
    [0x0042_0010, 'ST', title],
    [0x0042_0011, 'OB', PDF_BYTES],
    [0x0042_0012, 'LO', 'application/pdf'],
  ]);
}

/** An object that is neither image nor document. */
export function otherFile(): Buffer {
  const [sopClass, instance] = ['1.2.840.10008.5.1.4.1.1.481.3', '2.25.4713.3'];
  return part10(sopClass, instance, 'ISO_IR 192', head(sopClass, instance, 'RTSTRUCT'));
}
