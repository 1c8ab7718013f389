import type { ExamIdentity, ViewUser } from '@drimbox/contracts';
import type { Pivot, Tokens } from '@drimbox/identity';
import type { ReportLink } from '../link/read-link.js';

export type Profile = 'professional' | 'patient';
export const PROFILES: readonly Profile[] = ['professional', 'patient'];

/** Who has signed in. Tokens stay here: none is ever given to a browser. */
export type SignedIn = {
  readonly user: ViewUser;
  /** For the audit trail: national identifier of a professional, subject of a patient. */
  readonly id: string;
  readonly session?: string;
  readonly tokens: Tokens;
} & (
  | {
      readonly kind: 'professional';
      /** Of a profession that may see images. */
      readonly allowed: boolean;
      /** To choose from before going on; none once chosen, or when there was no choice. */
      readonly situations: readonly SituationChoice[];
      /** The one that was chosen. */
      readonly situation?: SituationChoice;
    }
  | { readonly kind: 'patient'; readonly pivot: Pivot }
);

/** A situation d'exercice: what is shown of it, and whether its profession may see images. */
export interface SituationChoice {
  /** Profession, in words where the table has some. */
  readonly profession: string;
  readonly structure?: string;
  readonly allowed: boolean;
}

/** A session as its row holds it, decrypted. */
export interface Session {
  readonly hash: Buffer;
  readonly who: SignedIn | undefined;
}

/** The same person by the same provider, whatever else it says of them now. */
export const isSamePerson = (one: SignedIn | undefined, other: SignedIn): boolean =>
  one !== undefined && one.kind === other.kind && one.id === other.id;

/** May somebody see images at all? A patient's right is that of each exam. */
export const maySee = (who: SignedIn): boolean =>
  who.kind === 'patient' || (who.allowed && who.situations.length === 0);

/** The link that one tab followed. */
export interface Visit {
  readonly id: string;
  readonly link: ReportLink;
}

/** An exam opened: what the image API needs of it. */
export interface View {
  readonly id: string;
  readonly site: string;
  readonly pacsLink: string;
  readonly study: string;
  readonly identity: ExamIdentity;
  readonly who: SignedIn;
}
