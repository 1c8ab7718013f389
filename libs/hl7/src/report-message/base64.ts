export type Base64Result =
  | { readonly ok: true; readonly bytes: Buffer; readonly paddingRepaired: boolean }
  | { readonly ok: false; readonly wrong: 'empty' | 'alphabet' | 'padding' };

/**
 * Decodes base64 (RFC 4648 §4) with no tolerance but one, when asked for: a wrong count of `=` at the end, as in two of the messages the
 * ANS publishes. One character left over carries no whole byte: it is dropped with the padding.
 */
export function decodeBase64(encoded: Buffer, tolerateWrongPadding: boolean): Base64Result {
  if (encoded.length === 0) return { ok: false, wrong: 'empty' };
  const text = encoded.toString('latin1');
  if (!/^[A-Za-z0-9+/]*=*$/.test(text)) return { ok: false, wrong: 'alphabet' };
  let digits = text.length;
  while (digits > 0 && text.charCodeAt(digits - 1) === 0x3d) digits--;
  if (digits === 0) return { ok: false, wrong: 'empty' };
  const left = digits % 4;
  const exact = left !== 1 && text.length - digits === (4 - left) % 4;
  if (!exact && !tolerateWrongPadding) return { ok: false, wrong: 'padding' };
  // Node's decoder reads up to the first `=` and drops the incomplete byte.
  return { ok: true, bytes: Buffer.from(text, 'base64'), paddingRepaired: !exact };
}
