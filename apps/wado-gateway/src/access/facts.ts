import type { ErrorCode, WadoOptions } from '@drimbox/contracts';
import type { ExamFound as FoundOf } from '@drimbox/images';
import type { Target } from '../levels/asked.js';

/** The PACS link whose `db` FQDN the TLS handshake named (SNI). */
export interface LinkFacts {
  readonly id: string;
  readonly site: string;
  readonly db: string;
  readonly options: Pick<WadoOptions, 'levels' | 'acceptFormerKos'>;
}

/** What the certificate of this very request is worth, checked anew: chain, dates, use, revocation. */
export type PeerVerdict =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly reason: 'absent' | 'invalid' | 'revoked' | 'no-revocation-list';
      readonly detail?: string;
    };

/** Where the white list of this moment has the subject of that certificate. */
export type Listing =
  | { readonly usable: false }
  | { readonly usable: true; /** db FQDN that the certificate speaks for. */ readonly peer: string | undefined };

export type Turn = { readonly ok: true } | { readonly ok: false; readonly retrySeconds: number };

/** What Pro Santé Connect says of the bearer token, and whether that professional may see images. */
export type TokenVerdict =
  | { readonly ok: true; readonly professional: Professional; readonly allowed: boolean }
  | { readonly ok: false; readonly reason: 'inactive' | 'unavailable'; readonly detail?: string };

export interface Professional {
  /** National identifier with its prefix (`8` + RPPS), or the token's `sub` when that is not given. */
  readonly id: string;
  /** `session_state` or `jti`, for imputability. */
  readonly session?: string;
}

export interface KnownExam {
  readonly examId: string;
  readonly version: number;
  readonly shown: boolean;
  readonly kos: string | null;
  readonly formerKos: readonly string[];
}

/** The exam of that study at this link; another site's is not there to be found. */
export type ExamFound = FoundOf<KnownExam>;

/** Everything a decision looks at. The optional ones cost something: the decision asks for them when it comes to them. */
export interface Facts {
  readonly link: LinkFacts;
  readonly host: string | undefined;
  readonly method: string;
  readonly target: Target;
  readonly peer: PeerVerdict;
  readonly listing: Listing;
  /** Is there a bearer token? */
  readonly bearer: boolean;
  readonly accept: 'readable' | 'unreadable';
  /** `KOS-SOPInstanceUID`, when it is a UID. */
  readonly kos: string | undefined;
  readonly peerTurn?: Turn;
  readonly token?: TokenVerdict;
  readonly professionalTurn?: Turn;
  readonly found?: ExamFound;
}

export type Question = 'peerTurn' | 'token' | 'professionalTurn' | 'found';

export interface Refusal {
  readonly kind: 'refuse';
  readonly code: ErrorCode;
  /** For the operator's eyes: journal and audit, never the answer. */
  readonly cause: string;
  readonly retrySeconds?: number;
}

export type Decision =
  | { readonly kind: 'serve'; readonly exam: KnownExam; readonly professional: Professional }
  | { readonly kind: 'describe' }
  | Refusal
  | { readonly kind: 'ask'; readonly question: Question };
