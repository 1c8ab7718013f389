/** One value of DER (X.690 §8.1): tag, content, and all its bytes. */
export interface Tlv {
  readonly tag: number;
  readonly value: Buffer;
  readonly raw: Buffer;
}

/** The bytes are not the DER they are taken for. Never leaves this library. */
export class DerError extends Error {
  override readonly name = 'DerError';
}

export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utf8: 0x0c,
  printable: 0x13,
  teletex: 0x14,
  ia5: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  universal: 0x1c,
  bmp: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

/** Tag of a context-specific constructed value: `[0]`, `[3]`… */
export const context = (n: number): number => 0xa0 | n;

/** Reads one value at `offset`. @throws DerError on a long tag, an indefinite length or missing bytes. */
export function readTlv(bytes: Buffer, offset = 0): Tlv {
  const tag = bytes[offset];
  const first = bytes[offset + 1];
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) throw new DerError('no tag');
  let start = offset + 2;
  let length = first;
  if (first >= 0x80) {
    const size = first & 0x7f;
    if (size === 0 || size > 4 || start + size > bytes.length) throw new DerError('length');
    length = bytes.readUIntBE(start, size);
    start += size;
  }
  const end = start + length;
  if (end > bytes.length) throw new DerError('cut');
  return { tag, value: bytes.subarray(start, end), raw: bytes.subarray(offset, end) };
}

/** The values inside a constructed one, one by one: a CRL may hold very many. */
export function* valuesOf(content: Buffer): Generator<Tlv> {
  for (let offset = 0; offset < content.length;) {
    const value = readTlv(content, offset);
    yield value;
    offset += value.raw.length;
  }
}

/** The whole of `bytes` as one value with that tag. */
export function only(bytes: Buffer, tag: number): Tlv {
  const value = readTlv(bytes);
  if (value.raw.length !== bytes.length) throw new DerError('trailing bytes');
  return expect(value, tag);
}

export function expect(value: Tlv | undefined, tag: number): Tlv {
  if (value?.tag !== tag) throw new DerError(`tag ${value?.tag} instead of ${tag}`);
  return value;
}

const MAX_OID_BYTES = 64;

/** Dotted form of an OBJECT IDENTIFIER (X.690 §8.19). */
export function oidOf({ value }: Tlv): string {
  if (value.length > MAX_OID_BYTES) throw new DerError('OID');
  const arcs: bigint[] = [];
  let arc = 0n;
  for (const byte of value) {
    arc = (arc << 7n) | BigInt(byte & 0x7f);
    if (byte & 0x80) continue;
    arcs.push(arc);
    arc = 0n;
  }
  const [first] = arcs;
  if (first === undefined || (value.at(-1) ?? 0) & 0x80) throw new DerError('OID');
  const top = first < 80n ? first / 40n : 2n;
  return [top, first - top * 40n, ...arcs.slice(1)].join('.');
}

/** Lower-case hexadecimal of a positive INTEGER without its leading zeros; a negative one keeps its bytes. */
export const serialOf = (value: Tlv): string =>
  expect(value, TAG.integer)
    .value.toString('hex')
    .replace(/^0+(?=.)/, '');

/** UTCTime or GeneralizedTime in the forms of RFC 5280 §4.1.2.5. */
export function timeOf({ tag, value }: Tlv): Date {
  const text = value.toString('latin1');
  const match =
    tag === TAG.utcTime
      ? /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text)
      : tag === TAG.generalizedTime
        ? /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text)
        : null;
  if (!match) throw new DerError('time');
  const [year = 0, month = 0, ...rest] = match.slice(1).map(Number);
  const full = tag === TAG.utcTime ? year + (year < 50 ? 2000 : 1900) : year;
  const [day = 0, hour = 0, minute = 0, second = 0] = rest;
  return new Date(Date.UTC(full, month - 1, day, hour, minute, second));
}

/** Text of a character string; undefined when its type is none. */
export function textOf({ tag, value }: Tlv): string | undefined {
  switch (tag) {
    case TAG.utf8:
      return value.toString('utf8');
    case TAG.printable:
    case TAG.ia5:
    case TAG.teletex:
      return value.toString('latin1');
    case TAG.bmp:
      return value.length % 2 === 0 ? Buffer.from(value).swap16().toString('utf16le') : undefined;
    default:
      return undefined;
  }
}

export interface Extension {
  readonly oid: string;
  readonly critical: boolean;
  readonly value: Buffer;
}

/** Extensions of a certificate, a CRL or a CRL entry (RFC 5280 §4.2); one given twice is an error. */
export function extensionsOf(sequence: Tlv): Extension[] {
  const extensions: Extension[] = [];
  for (const item of valuesOf(expect(sequence, TAG.sequence).value)) {
    const [oid, ...rest] = [...valuesOf(expect(item, TAG.sequence).value)];
    const critical = rest.length === 2 && expect(rest[0], TAG.boolean).value[0] === 0xff;
    extensions.push({
      oid: oidOf(expect(oid, TAG.oid)),
      critical,
      value: expect(rest.at(-1), TAG.octetString).value,
    });
  }
  if (new Set(extensions.map(({ oid }) => oid)).size !== extensions.length) throw new DerError('extension given twice');
  return extensions;
}
