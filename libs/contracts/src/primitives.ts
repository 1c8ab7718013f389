import { z } from 'zod';

/** DICOM UID (PS3.5 §9.1), leading zeros tolerated: some devices write them, and a pointer must name what exists. */
export const Uid = z
  .string()
  .regex(/^[0-9]+(\.[0-9]+)+$/)
  .max(64);
/** ISO object identifier as HL7 uses it; some senders put a UUID where an OID stands. */
export const Oid = z.string().min(1).max(128);
export const Instant = z.iso.datetime({ offset: true });
export const SiteId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/);
export const PacsLinkId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/);
/** National identifier of a structure with its prefix (1 FINESS, 3 SIRET, 4 RPPS-rang…), interop §3.2. */
export const StructId = z.string().regex(/^[0-9][0-9A-Za-z]{5,30}$/);

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** Is it written as an id of our own tables is? Any version: what PostgreSQL takes as a `uuid`. */
export const isUuid = (text: string): boolean => UUID.test(text);
