import type { PeerFailure } from '../peer-failure.js';

/** The association that an object comes on. */
export interface StoreAssociation {
  /** Unique within this process. */
  readonly id: number;
  readonly callingAe: string;
  readonly calledAe: string;
  readonly address: string;
}

/** A C-STORE-RQ as its peer announces it (PS3.7 §9.1.1); its data set follows, encoded in `transferSyntax`. */
export interface StoreRequest {
  readonly association: StoreAssociation;
  readonly messageId: number;
  readonly sopClass: string;
  readonly sopInstance: string;
  readonly transferSyntax: string;
  /** The C-MOVE that caused it, when the peer says so: (0000,1030) and (0000,1031). */
  readonly moveOriginator?: { readonly ae: string; readonly messageId: number };
}

/** Takes one object as its bytes arrive. */
export interface StoreSink {
  /** A slice of what came from the socket: it may be kept and is never written again, but keeps its whole chunk (64 KiB at most) alive. False: stop reading from this association until `resume`. */
  write(bytes: Buffer): boolean;
  /** The data set is whole: the status of the C-STORE-RSP. */
  end(): number | Promise<number>;
  /** It will never be whole: the association was lost, aborted, or broke a bound. Called instead of `end`. */
  fail(failure: PeerFailure): void;
}

/**
 * Asked at each C-STORE-RQ. A number is the status of a refusal (0xA700, 0xC000…): the data set is read and dropped.
 * Must not throw: what it throws aborts the association.
 */
export type StoreHandler = (request: StoreRequest, resume: () => void) => StoreSink | number;
