import type { ReportedStudy } from './report-options.js';
import { element, empty, escape } from './xml.js';

const DCM = '1.2.840.10008.2.16.4';
const LOINC = '2.16.840.1.113883.6.1';

/** Level 1: a one-page PDF in base64. */
export const pdfBody = (line: string): string =>
  element(
    'component',
    {},
    element(
      'nonXMLBody',
      {},
      element('text', { mediaType: 'application/pdf', representation: 'B64' }, tinyPdf(line).toString('base64')),
    ),
  );

/** Level 3: findings, conclusion and the DICOM object catalogue, which repeats the studies (interop §3.2). */
export function structuredBody(line: string, studies: readonly ReportedStudy[]): string {
  const findings = section(LOINC, '59776-5', 'Résultats', line);
  const conclusion = section(LOINC, '19005-8', 'Conclusion', line);
  const catalogue = section(DCM, '121181', 'Catalogue des objets DICOM', line, studies.map(catalogueEntry));
  return element('component', {}, element('structuredBody', {}, findings, conclusion, catalogue));
}

const CATALOGUE_TEMPLATES = ['2.16.840.1.113883.10.20.6.1.1', '1.2.250.1.213.1.1.2.217'];

function section(codeSystem: string, code: string, title: string, line: string, entries: string[] = []): string {
  const templates = entries.length === 0 ? [] : CATALOGUE_TEMPLATES.map((root) => empty('templateId', { root }));
  return element(
    'component',
    {},
    element(
      'section',
      {},
      ...templates,
      empty('code', { code, codeSystem }),
      element('title', {}, escape(title)),
      element('text', {}, element('paragraph', {}, escape(line))),
      ...entries,
    ),
  );
}

const catalogueEntry = ({ uid, modality = 'OT' }: ReportedStudy): string => {
  const qualifier = element(
    'qualifier',
    {},
    empty('name', { code: '121139', codeSystem: DCM }),
    empty('value', { code: modality, codeSystem: DCM }),
  );
  const series = element(
    'act',
    { classCode: 'ACT', moodCode: 'EVN' },
    empty('id', { root: `${uid}.1` }),
    element('code', { code: '113015', codeSystem: DCM }, qualifier),
  );
  const study = element(
    'act',
    { classCode: 'ACT', moodCode: 'EVN' },
    empty('id', { root: uid }),
    empty('code', { code: '113014', codeSystem: DCM }),
    element('entryRelationship', { typeCode: 'COMP' }, series),
  );
  return element('entry', {}, study);
};

/** The least a PDF 1.4 needs to show one line of text, with a right cross-reference table. */
export function tinyPdf(line: string): Buffer {
  const shown = line.replace(/[\\()]/g, (character) => `\\${character}`);
  const stream = `BT /F1 12 Tf 50 750 Td (${shown}) Tj ET`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
  ];
  let file = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = file.length;
    file += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(offset).padStart(10, '0')} 00000 n \n`;
  });
  const size = objects.length + 1;
  const table = `xref\n0 ${size}\n0000000000 65535 f \n${offsets.join('')}`;
  const trailer = `trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${file.length}\n%%EOF\n`;
  return Buffer.from(file + table + trailer, 'latin1');
}
