/** Protocol data units of the DICOM upper layer as plain data (PS3.8 §9.3). */

export const PduType = {
  AssociateRequest: 1,
  AssociateAccept: 2,
  AssociateReject: 3,
  Data: 4,
  ReleaseRequest: 5,
  ReleaseReply: 6,
  Abort: 7,
} as const;

/** SCP/SCU role selection of one SOP class (PS3.7 D.3.3.4). */
export interface RoleSelection {
  readonly sopClass: string;
  readonly scu: boolean;
  readonly scp: boolean;
}

interface Associate {
  readonly calledAe: string;
  readonly callingAe: string;
  /** Longest P-DATA-TF the sender of this PDU receives, without its 6-byte head; 0 = no limit (PS3.8 Annex D.1). */
  readonly maxPduLength: number;
  readonly implementationClassUid: string;
  readonly implementationVersion?: string;
  readonly roles: readonly RoleSelection[];
}

export interface ProposedContext {
  /** Odd, 1 to 255. */
  readonly id: number;
  readonly abstractSyntax: string;
  readonly transferSyntaxes: readonly string[];
}

/** 0 acceptance, 1 user rejection, 2 no reason, 3 abstract syntax, 4 transfer syntaxes not supported (PS3.8 Table 9-18). */
export type ContextResult = 0 | 1 | 2 | 3 | 4;

export interface ContextAnswer {
  readonly id: number;
  readonly result: ContextResult;
  /** Meaningful only when accepted. */
  readonly transferSyntax: string;
}

export interface AssociateRequest extends Associate {
  readonly type: typeof PduType.AssociateRequest;
  /** As received; what we send is version 1 and the one application context of DICOM. */
  readonly protocolVersion?: number;
  readonly applicationContext?: string;
  readonly contexts: readonly ProposedContext[];
}

export interface AssociateAccept extends Associate {
  readonly type: typeof PduType.AssociateAccept;
  readonly contexts: readonly ContextAnswer[];
}

export interface AssociateReject {
  readonly type: typeof PduType.AssociateReject;
  readonly result: number;
  readonly source: number;
  readonly reason: number;
}

export interface Abort {
  readonly type: typeof PduType.Abort;
  readonly source: number;
  readonly reason: number;
}

export interface Release {
  readonly type: typeof PduType.ReleaseRequest | typeof PduType.ReleaseReply;
}

/** Every PDU but P-DATA-TF, whose values are handed on in fragments. */
export type ControlPdu = AssociateRequest | AssociateAccept | AssociateReject | Release | Abort;

/** A piece of one presentation data value, as it came from the socket (PS3.8 §9.3.5.1, Annex E.2). */
export interface PdvFragment {
  readonly contextId: number;
  readonly command: boolean;
  /** A slice of the socket's chunk, valid until the next one: whoever keeps it copies it. */
  readonly bytes: Buffer;
  /** These bytes end the message's command, or its data set. */
  readonly last: boolean;
}
