import { accessionOf, documentId } from '../studies/numbering.js';

/** The link that a RIS writes into the report of that test number. */
export function reportLink(
  vi: string,
  port: number,
  study: string,
  number: number,
  accession = accessionOf(number),
): string {
  const facts = new URLSearchParams({
    requestType: 'STUDY',
    studyUID: study,
    Accessionnumber: accession,
    idCDA: documentId(number),
  });
  return `https://${vi}:${port}/IHEInvokeImageDisplay?${facts.toString()}`;
}
