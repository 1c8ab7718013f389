import { randomUUID } from 'node:crypto';

/** A new OID for a submission set or a signature document: a random UUID under 2.25 (ITU-T X.667), 44 characters at most. */
export const newUniqueId = (): string => `2.25.${BigInt(`0x${randomUUID().replaceAll('-', '')}`)}`;
