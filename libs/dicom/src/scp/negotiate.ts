import {
  type AssociateReject,
  type ContextAnswer,
  PduType,
  type ProposedContext,
  type RoleSelection,
} from '../pdu/pdu.js';
import { SopClass, TransferSyntax } from '../uids.js';
import type { Admission, RejectionReason } from './scp-options.js';

type Admitted = Extract<Admission, { readonly ok: true }>;

/** C-ECHO carries no data set: any of these will do. */
const VERIFICATION_SYNTAXES = [
  TransferSyntax.ImplicitLittleEndian,
  TransferSyntax.ExplicitLittleEndian,
  TransferSyntax.ExplicitBigEndian,
];

/**
 * Our answer to one proposed presentation context (PS3.8 §9.3.3.2): of several syntaxes the one we like best; of one
 * context per syntax all that we accept, which leaves the choice to the sender.
 */
export function answerContext(proposed: ProposedContext, admitted: Admitted): ContextAnswer {
  const { id, abstractSyntax, transferSyntaxes } = proposed;
  const verification = abstractSyntax === SopClass.Verification;
  const refused = { id, transferSyntax: transferSyntaxes[0] ?? TransferSyntax.ImplicitLittleEndian };
  if (!verification && !admitted.sopClasses.has(abstractSyntax)) return { ...refused, result: 3 };
  const ours = verification ? VERIFICATION_SYNTAXES : admitted.transferSyntaxes;
  const transferSyntax = ours.find((syntax) => transferSyntaxes.includes(syntax));
  return transferSyntax === undefined ? { ...refused, result: 4 } : { id, transferSyntax, result: 0 };
}

/** The requestor is SCU, we are SCP, whatever it asks for (PS3.7 D.3.3.4). */
export const answerRole = ({ sopClass, scu }: RoleSelection): RoleSelection => ({ sopClass, scu, scp: false });

/** Result, source and reason of A-ASSOCIATE-RJ (PS3.8 Table 9-21); what may pass by itself is transient. */
const REJECTIONS: Readonly<Record<RejectionReason, readonly [number, number, number]>> = {
  'application-context': [1, 1, 2],
  'calling-ae': [1, 1, 3],
  'called-ae': [1, 1, 7],
  'protocol-version': [1, 2, 2],
  congestion: [2, 3, 1],
  limit: [2, 3, 2],
};

export function rejection(why: RejectionReason): AssociateReject {
  const [result, source, reason] = REJECTIONS[why];
  return { type: PduType.AssociateReject, result, source, reason };
}
