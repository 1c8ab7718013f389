/** A segment of an ER7 message, cut apart from libs/hl7 so that the product is not judged by its own reader. */
export interface Er7Segment {
  readonly name: string;
  /** Field by its number in the standard; '' when absent. MSH-1 is the separator itself. */
  field(n: number): string;
}

/** @param message with or without its MLLP frame; segments end with CR, LF or both. */
export function er7Segments(message: Buffer): Er7Segment[] {
  return message
    .toString('utf8')
    .replaceAll('\u000b', '')
    .replaceAll('\u001c', '')
    .split(/\r\n|\r|\n/)
    .filter((line) => line !== '')
    .map((line) => {
      const [name = '', ...fields] = line.split('|');
      const first = name === 'MSH' ? 2 : 1;
      return { name, field: (n) => fields[n - first] ?? '' };
    });
}
