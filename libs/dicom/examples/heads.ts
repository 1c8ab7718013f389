import { DatasetError, HeadReader, Tag } from '@drimbox/dicom';

/** Whose object is this? Reads what stands before the pixels as it arrives, and never the pixels. */
export async function patientIdOf(bytes: AsyncIterable<Buffer>, transferSyntax: string): Promise<string | undefined> {
  const head = new HeadReader({ transferSyntax, untilTag: Tag.PixelData, maxBytes: 1_048_576 });
  try {
    let whole = false;
    for await (const chunk of bytes) {
      whole = head.push(chunk);
      if (whole) break;
    }
    if (!whole) head.finish();
    return head.dataset.getString(Tag.PatientID);
  } catch (error) {
    if (error instanceof DatasetError) return undefined; // malformed, limit, syntax or charset: `error.kind`
    throw error;
  }
}
