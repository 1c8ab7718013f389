import type { TlsOptions } from 'node:tls';
import type { PeerFailure } from '../peer-failure.js';
import type { StoreAssociation, StoreHandler } from './store-handler.js';

export interface ScpOptions {
  /** Address to listen on. */
  readonly host: string;
  /** 0: the system's choice. */
  readonly port: number;
  /** Secure transport (PS3.15 Annex B); `requestCert` and `rejectUnauthorized` make it mutual. */
  readonly tls?: TlsOptions;
  /** False closes the TCP connection at once, before anything is read, TLS included. */
  readonly allows?: (address: string) => boolean;
  /** Asked at each A-ASSOCIATE-RQ; AE titles are without their padding. */
  readonly admit: (caller: ScpCaller) => Admission;
  /** Without it every storage context is refused. */
  readonly store?: StoreHandler;
  readonly timers?: Partial<ScpTimers>;
  readonly limits?: Partial<ScpLimits>;
  readonly onEvent?: (event: ScpEvent) => void;
}

export interface ScpCaller {
  readonly callingAe: string;
  readonly calledAe: string;
  readonly address: string;
  readonly port: number;
  /** Subject of the client certificate, one `KEY=value` after the other, `, ` between; when one was given. */
  readonly tlsPeerSubject?: string;
}

export type AdmissionRefusal = 'calling-ae' | 'called-ae' | 'congestion' | 'limit';

/** `transferSyntaxes`: those accepted, best first. Verification is accepted whatever `sopClasses` holds. */
export type Admission =
  | { readonly ok: true; readonly sopClasses: ReadonlySet<string>; readonly transferSyntaxes: readonly string[] }
  | { readonly ok: false; readonly reason: AdmissionRefusal };

/** Milliseconds. */
export interface ScpTimers {
  /** From the TCP connection, TLS included, to a whole A-ASSOCIATE-RQ: PS3.8 §9.1.5. */
  readonly artim: number;
  /** Longest time without a byte from the peer while we wait for one, or without it taking our answers. */
  readonly idle: number;
}

export interface ScpLimits {
  /** Established at once; one more is rejected (`limit`). Twice as many connections, and they are closed unheard. */
  readonly maxAssociations: number;
  readonly maxAssociationsPerAddress: number;
  /** A longer data set is refused with 0xA700; its association goes on. */
  readonly maxObjectBytes: number;
  /** Data sets of one association, refused ones included; past it A-ABORT. */
  readonly maxAssociationBytes: number;
}

/** What happens, for logs and counters; never a value of a data set. */
export type ScpEvent =
  /** A connection closed unheard. */
  | { readonly type: 'refused'; readonly address: string; readonly reason: 'address' | 'connections' }
  /** A-ASSOCIATE-RJ. */
  | { readonly type: 'rejected'; readonly caller: ScpCaller; readonly reason: RejectionReason }
  /** A connection that ended before an association was there, TLS handshakes included. */
  | { readonly type: 'lost'; readonly address: string; readonly failure: PeerFailure }
  | { readonly type: 'accepted'; readonly association: StoreAssociation; readonly contexts: number }
  /** Without `failure`: released in order. */
  | {
      readonly type: 'ended';
      readonly association: StoreAssociation;
      readonly objects: number;
      readonly bytes: number;
      readonly failure?: PeerFailure;
    }
  /** `admit`, the handler or a sink threw: the association was aborted. */
  | { readonly type: 'fault'; readonly address: string; readonly error: unknown };

export type RejectionReason = AdmissionRefusal | 'application-context' | 'protocol-version';

const DEFAULT_TIMERS: ScpTimers = { artim: 10_000, idle: 60_000 };

const DEFAULT_LIMITS: ScpLimits = {
  maxAssociations: 64,
  maxAssociationsPerAddress: 32,
  maxObjectBytes: 4 * 1024 ** 3,
  maxAssociationBytes: 256 * 1024 ** 3,
};

export const scpTimersOf = (options: ScpOptions): ScpTimers => ({ ...DEFAULT_TIMERS, ...options.timers });
export const scpLimitsOf = (options: ScpOptions): ScpLimits => ({ ...DEFAULT_LIMITS, ...options.limits });
