import type { ErrorCode, Report } from '@drimbox/contracts';
import type { AckCode, AckError } from '@drimbox/hl7';

/** Something odd in a message that was nevertheless taken: shown in the journal, never a patient trait. */
export interface Note {
  readonly code: ErrorCode;
  readonly detail?: string;
}

/** Who sent what, as far as MSH could be read. */
export interface MessageKey {
  readonly application: string;
  readonly facility: string;
  readonly controlId: string;
  readonly messageType: string;
}

interface Judged {
  readonly key: MessageKey;
  readonly notes: readonly Note[];
}

/** What a received message is worth. `none`: never acknowledged (it is itself an acknowledgement). */
export type Verdict =
  | (Judged & { readonly outcome: 'accepted'; readonly ack: 'AA'; readonly content: Content })
  | (Judged & {
      readonly outcome: 'ignored';
      readonly ack: 'AA' | 'none';
      readonly code: ErrorCode;
      readonly detail?: string;
    })
  | (Judged & { readonly outcome: 'refused' } & Refusal)
  | (Judged & {
      readonly outcome: 'refused';
      readonly ack: 'none';
      readonly code: ErrorCode;
      readonly detail?: string;
    });

export interface Refusal {
  readonly ack: Exclude<AckCode, 'AA'>;
  readonly code: ErrorCode;
  readonly detail?: string;
  readonly error: AckError;
}

export type Content =
  | { readonly kind: 'report'; readonly report: Omit<Report, 'id' | 'sequence' | 'receivedAt'> }
  | { readonly kind: 'exam-changed'; readonly pacsLink: string; readonly studies: readonly string[] };
