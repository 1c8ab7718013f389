/** A DICOM application entity a PACS may send objects to (C-MOVE destination). */
export interface DicomPeer {
  readonly aet: string;
  readonly host: string;
  readonly port: number;
}

/**
 * Debian's DCMTK and Orthanc leave Nagle's algorithm on: with delayed acknowledgements each object costs 40 ms. They
 * read this variable.
 */
export const NO_DELAY = { TCP_NODELAY: '1' } as const;
