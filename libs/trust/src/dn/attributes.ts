/** Short names of attribute types (RFC 4514 §3, and those OpenSSL writes) and their OIDs. */
const OID_OF: Readonly<Record<string, string>> = {
  CN: '2.5.4.3',
  COMMONNAME: '2.5.4.3',
  SN: '2.5.4.4',
  SERIALNUMBER: '2.5.4.5',
  C: '2.5.4.6',
  L: '2.5.4.7',
  ST: '2.5.4.8',
  S: '2.5.4.8',
  STREET: '2.5.4.9',
  O: '2.5.4.10',
  OU: '2.5.4.11',
  T: '2.5.4.12',
  TITLE: '2.5.4.12',
  POSTALCODE: '2.5.4.17',
  GN: '2.5.4.42',
  GIVENNAME: '2.5.4.42',
  ORGANIZATIONIDENTIFIER: '2.5.4.97',
  UID: '0.9.2342.19200300.100.1.1',
  DC: '0.9.2342.19200300.100.1.25',
  E: '1.2.840.113549.1.9.1',
  EMAILADDRESS: '1.2.840.113549.1.9.1',
};

/** Preferred short name of an OID, the OID itself when it has none. */
const NAME_OF = new Map(
  Object.entries(OID_OF)
    .toReversed()
    .map(([name, oid]) => [oid, name]),
);
export const nameOf = (oid: string): string => NAME_OF.get(oid) ?? oid;

/** Case-insensitive (RFC 4512 §2.5); `OID.2.5.4.3` and `2.5.4.3` too. Undefined for a type nobody knows. */
export function attributeOid(type: string): string | undefined {
  const upper = type.toUpperCase();
  if (/^(OID\.)?[0-2](\.(0|[1-9]\d*))+$/.test(upper)) return upper.replace('OID.', '');
  return Object.hasOwn(OID_OF, upper) ? OID_OF[upper] : undefined;
}

export const OID = { commonName: '2.5.4.3', organisationalUnit: '2.5.4.11' } as const;
