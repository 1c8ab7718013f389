/** A code and the OID of its system; none when the provider gave none. */
export interface Coded {
  readonly code: string;
  readonly system?: string;
}

export interface Structure {
  readonly id?: string;
  readonly name?: string;
}

/** One way this person works: a profession in a structure (situation d'exercice). */
export interface Situation {
  readonly profession: Coded;
  /** `codeCategorieProfessionnelle`: C civil, M military, E student. */
  readonly category?: string;
  readonly expertise?: { readonly type?: string; readonly code: string };
  readonly mode?: string;
  readonly sector?: string;
  readonly role?: string;
  readonly structure: Structure;
}

/** A health professional as Pro Santé Connect describes one. Texts are as received, for display and for the audit trail. */
export interface Professional {
  /** OIDC subject: opaque, stable, only for comparison. */
  readonly subject: string;
  /** `SubjectNameID`: national identifier with its type prefix. */
  readonly nationalId: string;
  /** The 11 digits of the RPPS, when the identifier is one. */
  readonly rpps?: string;
  readonly givenName: string;
  readonly familyName: string;
  /** `SubjectRole`. */
  readonly roles: readonly Coded[];
  readonly situations: readonly Situation[];
  /** Only set by the provider when there is one situation, or one was chosen. */
  readonly structure?: Structure;
  readonly sector?: Coded;
}
