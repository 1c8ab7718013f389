import type { ConnectionOptions } from 'node:tls';

/** A DICOM application entity to call. AE titles: 1 to 16 printable ASCII characters (PS3.5 §6.2). */
export interface Peer {
  readonly host: string;
  readonly port: number;
  readonly calledAe: string;
  readonly callingAe: string;
  /** Secure transport (PS3.15 Annex B); certificates are verified unless these options say otherwise. */
  readonly tls?: ConnectionOptions;
  readonly timers?: Partial<Timers>;
}

/** AE title (PS3.5 §6.2): 1 to 16 printable ASCII characters without backslash, not only spaces. */
export const isAeTitle = (text: string): boolean => /^[\x20-\x5b\x5d-\x7e]{1,16}$/.test(text) && text.trim() !== '';

/** Milliseconds. */
export interface Timers {
  /** TCP and TLS. */
  readonly connect: number;
  /** From A-ASSOCIATE-RQ to its answer: the ARTIM timer of PS3.8 §9.1.5 as a requestor lives it. */
  readonly associate: number;
  /** For each whole message awaited, so that a peer that drips bytes does not hold us. */
  readonly answer: number;
  /** From A-RELEASE-RQ to its answer, and for a cancelled operation to end. */
  readonly release: number;
}

const DEFAULT_TIMERS: Timers = { connect: 5_000, associate: 10_000, answer: 30_000, release: 2_000 };

export const timersOf = (peer: Peer): Timers => ({ ...DEFAULT_TIMERS, ...peer.timers });

/** What the caller wants to speak; each transfer syntax is proposed in a context of its own, in this order of preference. */
export interface RequestedContext {
  readonly abstractSyntax: string;
  readonly transferSyntaxes: readonly string[];
  /** `scp`: the peer will be the one that sends (role selection, PS3.7 D.3.3.4), as C-GET needs. */
  readonly role?: 'scp';
}

/** What the peer accepted. */
export interface AcceptedContext {
  readonly id: number;
  readonly abstractSyntax: string;
  readonly transferSyntax: string;
  /** Ours, when it is not SCU. */
  readonly role?: 'scp';
}

let lastAssociationId = 0;

/** @internal Unique within this process, either side. */
export const nextAssociationId = (): number => (lastAssociationId += 1);
