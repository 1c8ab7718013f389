import { reportOf } from '../../mesh/report-of.js';
import type { SandboxSite } from '../../stack/sites.js';
import { generateStudy } from '../../studies/generate-study.js';

/** Digits of MSH-10 and of the last arc of the CDA id. */
const DIGITS = 9;
const CONTROL = 'C'.repeat(DIGITS);
/** Stands for the document's number in the template: the last arc of an OID, which never begins with 0. */
const DOCUMENT = 888_888_888;
const SHARED_STUDY = 901;

/**
 * A report message of about `bytes` bytes, framed for MLLP, whose MSH-10 and CDA id are patched in place: a load
 * generator that built each message anew would measure itself.
 */
export class NumberedMessage {
  /** The bytes of the frame; `number` changes them. */
  readonly frame: Buffer;
  private readonly controlAt: number;
  private readonly document: { readonly at: number; readonly head: string; readonly tail: string };

  constructor(site: SandboxSite, bytes: number) {
    const study = generateStudy({ number: SHARED_STUDY, series: [{ modality: 'CT', instances: 1 }] });
    const message = reportOf(site, [study], { document: DOCUMENT, controlId: CONTROL, bytes });
    this.frame = Buffer.concat([Buffer.of(0x0b), message, Buffer.of(0x1c, 0x0d)]);
    this.controlAt = only(this.frame, CONTROL);
    this.document = documentPlace(this.frame);
  }

  /** The HL7 message without its framing; shares its memory. */
  get message(): Buffer {
    return this.frame.subarray(1, -2);
  }

  /** Makes it message number `n`, from 0 to 10⁸ − 1. @returns its MSH-10. */
  number(n: number): string {
    const digits = String(10 ** (DIGITS - 1) + n);
    this.frame.write(digits, this.controlAt, 'latin1');
    const { at, head, tail } = this.document;
    this.frame.write(Buffer.from(head + digits + tail, 'latin1').toString('base64'), at, 'latin1');
    return digits;
  }
}

/** Where the document's number stands in the base64, widened to whole groups of three bytes. */
function documentPlace(frame: Buffer): { at: number; head: string; tail: string } {
  const start = frame.indexOf('^Base64^') + '^Base64^'.length;
  const end = frame.indexOf('|', start);
  const xml = Buffer.from(frame.toString('latin1', start, end), 'base64');
  const from = only(xml, `.${DOCUMENT}"`) + 1;
  const first = from - (from % 3);
  const last = Math.ceil((from + DIGITS) / 3) * 3;
  return {
    at: start + (first / 3) * 4,
    head: xml.toString('latin1', first, from),
    tail: xml.toString('latin1', from + DIGITS, last),
  };
}

function only(bytes: Buffer, text: string): number {
  const at = bytes.indexOf(text);
  if (at < 0 || bytes.includes(text, at + 1)) throw new Error(`${text} must stand in the message once`);
  return at;
}
