import type { Visibility } from '@drimbox/contracts';

/** One KOS with its XDS envelope and signature, as archived before the first send (DB.SO.13). */
export interface FrozenVersion {
  readonly id: string;
  readonly examId: string;
  readonly number: number;
  readonly kosUid: string;
  /** Part 10 bytes. */
  readonly kos: Buffer;
  /** SubmitObjectsRequest, UTF-8 XML. */
  readonly metadata: Buffer;
  /** XAdES signature of the submission set, UTF-8 XML. */
  readonly signature: Buffer;
  readonly submission: FrozenSubmission;
  readonly summary: KosSummary;
  /** What the DMP shows, to tell whether a later report changes it. */
  readonly visibility: Visibility;
}

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
