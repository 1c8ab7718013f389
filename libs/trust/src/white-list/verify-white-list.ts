import { XmlC14NMode, type XmlDocument, XmlElement } from 'libxml2-wasm';
import { createHash, verify } from 'node:crypto';
import { type Certificate, readCertificate } from '../certificate/certificate.js';
import type { Authorities } from '../chain/authorities.js';
import { checkChain, type ChainFailure } from '../chain/check-chain.js';
import type { Crl } from '../crl/crl.js';
import { OID } from '../dn/attributes.js';
import { type Dn, dnMatches, formatDn } from '../dn/dn.js';
import { OutsideProfile } from '../xml/element.js';
import { markupFault } from '../xml/markup-guard.js';
import { withXml } from '../xml/open-xml.js';
import { type ListContent, readContent } from './list-content.js';
import { type ListSignature, readListSignature } from './list-signature.js';
import { DRIM_M_NAMES, type ListNames, MAX_LIST_BYTES, NS, type SignedForm } from './profile.js';

/**
 * Why a list is not taken. `markup`: no plain, small, UTF-8 XML; `unsigned`: no signature, as a truncated file;
 * `profile`: signed in a way that is none of the two forms; `digest`: changed after it was signed; `signature`: the
 * signature value or the signing certificate is not right; `signer`: signed by somebody else; of the signer's chain see
 * `ChainFailure`; `content`: signed, and unusable; `future`: dated after now; `rollback`: older than the last one taken.
 */
export type WhiteListFailure =
  | 'markup'
  | 'unsigned'
  | 'profile'
  | 'digest'
  | 'signature'
  | 'signer'
  | ChainFailure
  | 'content'
  | 'future'
  | 'rollback';

/** What the next list is compared with: the last one taken. */
export interface TakenList {
  readonly generatedAt: Date;
  readonly signingTime: Date;
  /** SHA-256 of the canonical content, hexadecimal. */
  readonly contentDigest: string;
}

export interface VerifyOptions {
  readonly authorities: Authorities;
  readonly crls: readonly Crl[];
  /** Names that may sign: each with CN and OU at least, every attribute given must be the signer's. */
  readonly signers: readonly Dn[];
  readonly now: Date;
  readonly previous?: TakenList;
  readonly maxBytes?: number;
  readonly names?: ListNames;
  readonly crlGraceSeconds?: number;
}

export interface VerifiedWhiteList extends ListContent, TakenList {
  readonly form: SignedForm;
  readonly signer: Certificate;
  /**
   * Beside the one taken before: `first` of all; `same`; `renewal`: the same content signed again later; `newer`.
   */
  readonly relation: 'first' | 'same' | 'renewal' | 'newer';
}

export type WhiteListResult =
  { ok: true; list: VerifiedWhiteList } | { ok: false; kind: WhiteListFailure; detail: string };

/** Clocks differ: a list of the next minutes is not from the future. */
const FUTURE_MS = 10 * 60_000;

class Refused extends Error {
  constructor(
    readonly kind: WhiteListFailure,
    readonly detail: string,
  ) {
    super(detail);
  }
}

/**
 * Verifies a signed DRIM-M white list by a closed profile: two signed forms and nothing else, the key of a signer whose
 * chain ends at a configured authority, content read from the verified canonical bytes, never an older list.
 * @returns the list, or the first reason not to take it. A bad list is a value, whatever its bytes.
 */
export function verifyWhiteList(bytes: Buffer, options: VerifyOptions): WhiteListResult {
  try {
    return { ok: true, list: verifyAll(bytes, options) };
  } catch (error) {
    if (error instanceof Refused) return { ok: false, kind: error.kind, detail: error.detail };
    if (error instanceof OutsideProfile) return { ok: false, kind: 'profile', detail: error.message };
    throw error;
  }
}

/** A pattern of `signers` from its text; undefined unless it names CN and OU: a CN alone pins nobody. */
export function signerPattern(dn: Dn | undefined): Dn | undefined {
  const has = (wanted: string): boolean => dn?.some(({ oid }) => oid === wanted) ?? false;
  return has(OID.commonName) && has(OID.organisationalUnit) ? dn : undefined;
}

function verifyAll(bytes: Buffer, options: VerifyOptions): VerifiedWhiteList {
  const names = options.names ?? DRIM_M_NAMES;
  const fault = markupFault(bytes, options.maxBytes ?? MAX_LIST_BYTES);
  if (fault) throw new Refused('markup', fault);
  const signed = open(bytes, (document) => readSigned(document, names));
  const canonical = open(bytes, contentOf);
  sameDigest(canonical, signed.signature.content, 'the list was changed after it was signed');
  sameDigest(signed.properties, signed.signature.properties, 'the signed properties were changed');
  const signer = signerOf(signed.signature);
  checkValue(signed, signer);
  const chain = checkChain(signer, { ...options, purpose: 'list-signature' });
  if (!chain.ok) throw new Refused(chain.kind, chain.detail);
  if (!options.signers.some((pattern) => signerPattern(pattern) && dnMatches(signer.subject, pattern))) {
    throw new Refused('signer', `signed by ${formatDn(signer.subject)}`);
  }
  const read = readContent(canonical, names);
  if (!read.ok) throw new Refused('content', read.detail);
  const taken = {
    generatedAt: read.content.generatedAt,
    signingTime: signed.signature.signingTime,
    contentDigest: createHash('sha256').update(canonical).digest('hex'),
  };
  const relation = relationOf(taken, options);
  return { ...read.content, ...taken, form: signed.signature.form, signer, relation };
}

function open<T>(bytes: Buffer, use: (document: XmlDocument) => T): T {
  const used = withXml(bytes, (document) => ({ value: use(document) }));
  if (!used) throw new Refused('markup', 'not-well-formed');
  return used.value;
}

interface Signed {
  readonly signature: ListSignature;
  /** Canonical forms, as signed. */
  readonly signedInfo: Buffer;
  readonly properties: Buffer;
}

function readSigned(document: XmlDocument, names: ListNames): Signed {
  const { root } = document;
  if (root.name !== names.root) throw new Refused('profile', `the root is ${root.name.slice(0, 60)}`);
  const count = document.eval("count(//*[local-name()='Signature'])");
  if (count === 0) throw new Refused('unsigned', 'no signature: unsigned or cut');
  if (count !== 1) throw new Refused('profile', 'more than one Signature');
  const last = elementsOf(root).at(-1);
  if (last?.name !== 'Signature' || last.namespaceUri !== NS.ds) {
    throw new Refused('profile', 'the signature is not the last child of the root');
  }
  // An Id elsewhere could be taken for that of the signed properties.
  const strayIds =
    "count(//*[not(ancestor-or-self::*[local-name()='Signature'])]/@*[translate(local-name(),'ID','id')='id'])";
  if (document.eval(strayIds) !== 0) throw new Refused('profile', 'an Id outside the signature');
  const signature = readListSignature(last);
  // Canonicalising a subtree visits the whole document: leave it nothing else to visit.
  for (const element of elementsOf(root).slice(0, -1)) element.remove();
  return {
    signature,
    signedInfo: canonical(signature.signedInfo),
    properties: canonical(signature.signedProperties),
  };
}

/** Both removals of the profile take out the one signature there is; the rest, without comments, is what is signed. */
function contentOf(document: XmlDocument): Buffer {
  elementsOf(document.root).at(-1)!.remove();
  return Buffer.from(document.canonicalizeToString({ mode: XmlC14NMode.XML_C14N_EXCLUSIVE_1_0 }), 'utf8');
}

const canonical = (element: XmlElement): Buffer =>
  Buffer.from(element.canonicalizeToString({ mode: XmlC14NMode.XML_C14N_EXCLUSIVE_1_0 }), 'utf8');

function elementsOf(parent: XmlElement): XmlElement[] {
  const elements: XmlElement[] = [];
  for (let child = parent.firstChild; child; child = child.next) {
    if (child instanceof XmlElement) elements.push(child);
  }
  return elements;
}

function sameDigest(bytes: Buffer, { hash, value }: ListSignature['content'], detail: string): void {
  if (!createHash(hash).update(bytes).digest().equals(value)) throw new Refused('digest', detail);
}

/** The certificate that the signed properties name by its digest: which key to try, not whether to believe it. */
function signerOf({ certificates, signerDigest, signerSerial }: ListSignature): Certificate {
  const named = certificates.filter((der) =>
    createHash(signerDigest.hash).update(der).digest().equals(signerDigest.value),
  );
  const signer = named.length === 1 ? readCertificate(named[0]!) : undefined;
  if (!signer) throw new Refused('signature', 'the signing certificate is not in the file');
  if (signerSerial !== undefined && signerSerial !== signer.serial) {
    throw new Refused('signature', 'the signing certificate has another serial number');
  }
  return signer;
}

function checkValue({ signature, signedInfo }: Signed, { x509 }: Certificate): void {
  const rsa = x509.publicKey.asymmetricKeyType === 'rsa';
  if (!rsa || !verify(signature.hash, signedInfo, x509.publicKey, signature.value)) {
    throw new Refused('signature', 'the signature value is not that of the signing certificate');
  }
}

/** The pair (DateDeGeneration, SigningTime) never goes back; a list may be signed again with its old content. */
function relationOf(list: TakenList, { previous, now }: VerifyOptions): VerifiedWhiteList['relation'] {
  const latest = Math.max(list.generatedAt.getTime(), list.signingTime.getTime());
  if (latest > now.getTime() + FUTURE_MS) throw new Refused('future', `dated ${new Date(latest).toISOString()}`);
  if (!previous) return 'first';
  const generated = list.generatedAt.getTime() - previous.generatedAt.getTime();
  const signed = list.signingTime.getTime() - previous.signingTime.getTime();
  if (generated > 0) return 'newer';
  if (generated < 0) throw new Refused('rollback', `generated ${list.generatedAt.toISOString()}`);
  const sameContent = list.contentDigest === previous.contentDigest;
  if (signed > 0) return sameContent ? 'renewal' : 'newer';
  if (signed < 0) throw new Refused('rollback', `signed ${list.signingTime.toISOString()}`);
  if (!sameContent) throw new Refused('rollback', 'other content under the same dates');
  return 'same';
}
