/** What a send (and a later IOCM or OMI replacement, FAQ-1) needs besides the bytes: in whose name it is made. */
export interface FrozenSubmission {
  readonly submissionSetUid: string;
  /** SHA-1 of the KOS, lower-case hexadecimal: what the registry must show for the same document. */
  readonly kosHash: string;
  readonly structure: { readonly id: string; readonly vihfId: string; readonly name: string; readonly sector: string };
  readonly authCertificate: string;
  readonly signCertificate: string;
  readonly patient: { readonly ins: string; readonly oid: string };
  readonly person?: { readonly id: string; readonly family?: string; readonly given?: string };
  readonly role?: { readonly code: string; readonly display?: string };
  readonly secretConnection: boolean;
}

/** What DSR §3.2.3 C counts about a KOS. */
export interface KosSummary {
  readonly series: number;
  readonly objects: readonly { modality: string; sopClass: string; instances: number }[];
}
