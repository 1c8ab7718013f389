import 'reflect-metadata';
import { X509Certificate as NodeCertificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  X509Certificate,
  X509Crl,
} from '@peculiar/x509';
import type { ExtendedKeyUsageType } from '@peculiar/x509';
import { bad, good } from './verdict.js';
import type { Checked } from './verdict.js';

/** What the DMP trusts and shows. PEM everywhere. */
export interface DmpPki {
  /** Root, then intermediates. */
  readonly authorities: string;
  /** One CRL per authority: TLS checks the whole chain. */
  readonly crls: string;
  readonly certificate: string;
  readonly key: string;
}

/** Reads a store written by `writeStore`: `ca.pem`, `crl.pem`, `<name>.cert.pem`, `<name>.key.pem`. */
export const readDmpPki = async (dir: string, name = 'dmp'): Promise<DmpPki> => {
  const read = (file: string): Promise<string> => readFile(join(dir, file), 'utf8');
  const [authorities, crls, certificate, key] = await Promise.all([
    read('ca.pem'),
    read('crl.pem'),
    read(`${name}.cert.pem`),
    read(`${name}.key.pem`),
  ]);
  return { authorities, crls, certificate, key };
};

/** The PEM blocks of a text. */
export const pemBlocks = (pem: string): string[] => pem.match(/-----BEGIN ([^-]+)-----[^-]+-----END \1-----/g) ?? [];

export interface Trust {
  readonly roots: string;
  readonly intermediates: string;
  readonly isRevoked: (certificate: X509Certificate) => boolean;
}

/** Trust anchors, intermediates and CRLs, made once. Throws when a CRL is not signed by one of the authorities. */
export const createTrust = async (pki: DmpPki): Promise<Trust> => {
  const authorities = pemBlocks(pki.authorities);
  const crls = pemBlocks(pki.crls).map((pem) => new X509Crl(pem));
  for (const crl of crls) {
    const issuer = authorities.map((pem) => new X509Certificate(pem)).find(({ subject }) => subject === crl.issuer);
    if (issuer === undefined || !(await crl.verify({ publicKey: issuer })))
      throw new Error('a CRL is not signed by one of the authorities');
  }
  return {
    roots: authorities.filter(isRoot).join('\n'),
    intermediates: authorities.filter((pem) => !isRoot(pem)).join('\n'),
    isRevoked: (certificate) =>
      crls.some((crl) => crl.issuer === certificate.issuer && crl.findRevoked(certificate) !== null),
  };
};

const isRoot = (pem: string): boolean => {
  const certificate = new NodeCertificate(pem);
  return certificate.checkIssued(certificate);
};

/** The structure that an organisation certificate names: its single OU (idNatStruct). */
export const structureOf = (certificate: X509Certificate): string | undefined => {
  const units = certificate.subjectName.getField('OU');
  return units.length === 1 ? units[0] : undefined;
};

/** ORG SIGN (cachet): digitalSignature + nonRepudiation, EKU emailProtection (identity-security §6). */
export const isSealCertificate = (certificate: X509Certificate): boolean => {
  const usages = certificate.getExtension(KeyUsagesExtension)?.usages ?? 0;
  return (
    (usages & KeyUsageFlags.nonRepudiation) !== 0 &&
    extendedUsages(certificate).includes(ExtendedKeyUsage.emailProtection)
  );
};

/** ORG AUTH_CLI: a client certificate that is not a server's (FAQ-9313: the DMP is fed with ORG AUTH_CLI). */
export const isClientCertificate = (certificate: X509Certificate): boolean =>
  extendedUsages(certificate).includes(ExtendedKeyUsage.clientAuth) &&
  !extendedUsages(certificate).includes(ExtendedKeyUsage.serverAuth);

const extendedUsages = (certificate: X509Certificate): readonly ExtendedKeyUsageType[] =>
  certificate.getExtension(ExtendedKeyUsageExtension)?.usages ?? [];

/**
 * Does an X509SubjectName text name this certificate? RFC 4514 text, either order, values compared without case and with
 * blanks folded, exact multiset of attributes (identity-security §6.1).
 */
export const namesCertificate = (text: string, certificate: X509Certificate): Checked<true, string> => {
  const claimed = parseDn(text);
  if (claimed === undefined) return bad('the Issuer is not a DN');
  const actual = certificate.subjectName
    .toJSON()
    .flatMap((rdn) => Object.entries(rdn).flatMap(([type, values]) => values.map((value) => dnPart(type, value))));
  return claimed.toSorted().join('\n') === actual.toSorted().join('\n')
    ? good(true)
    : bad('the Issuer is not the DN of the signing certificate');
};

const dnPart = (type: string, value: string): string =>
  `${type.trim().toUpperCase()}=${value.normalize('NFC').trim().replace(/\s+/g, ' ').toLowerCase()}`;

const parseDn = (text: string): string[] | undefined => {
  const parts: string[] = [];
  const pattern = /\s*([A-Za-z][A-Za-z0-9-]*)\s*=((?:\\.|[^\\,+])*)(?:[,+]|$)/y;
  while (pattern.lastIndex < text.length) {
    const match = pattern.exec(text);
    if (match === null) return undefined;
    const value = match[2]!.replace(/(?:\\[0-9a-fA-F]{2})+/g, (hex) =>
      Buffer.from(hex.replaceAll('\\', ''), 'hex').toString('utf8'),
    );
    parts.push(dnPart(match[1]!, value.replace(/\\(.)/g, '$1')));
  }
  return parts.length === 0 ? undefined : parts;
};
