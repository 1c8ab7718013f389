/** Windows puts printable characters where Latin-1 has C1 controls, which DICOM forbids (PS3.5 §6.1.3): they mean Windows. */
const WINDOWS_C1 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

/** Latin-1, with its C1 range read as windows-1252. Own code: TextDecoder('latin1') differs between Node versions. */
export const decodeLatin1 = (bytes: Buffer): string =>
  bytes.toString('latin1').replace(/[\u0080-\u009f]/g, (c) => WINDOWS_C1[c.charCodeAt(0) - 0x80] ?? c);

const decoders = new Map<string, (bytes: Buffer) => string>();

/** A decoder for a WHATWG label, made once; what it cannot read becomes U+FFFD. */
export function decoderFor(label: string): (bytes: Buffer) => string {
  const made = decoders.get(label);
  if (made) return made;
  const decoder = new TextDecoder(label);
  const decode = (bytes: Buffer): string => decoder.decode(bytes);
  decoders.set(label, decode);
  return decode;
}
