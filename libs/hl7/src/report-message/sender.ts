import type { Segment } from '../message/segment.js';
import { optional } from './optional.js';

/** PRT-4 of the requester, in whose name the DMP is fed (interop §1.2); RCT and REPLY are MSSanté's. */
const SENT_BY = 'SB';

export interface SenderPerson {
  /** PRT-5.1: national identifier. */
  readonly id: string;
  readonly family?: string;
  readonly given?: string;
  /** PRT-5.13: RPPS or IDNPS. */
  readonly idType?: string;
}

export interface SenderOrganization {
  /** PRT-8.10: structure identifier. */
  readonly id: string;
  readonly name?: string;
  /** PRT-8.7: FINEJ, FINEG or IDNST. */
  readonly idType?: string;
}

export interface Sender {
  readonly person?: SenderPerson;
  readonly organization?: SenderOrganization;
}

/** Sender among the participations of the document; undefined when no PRT says `SB`. */
export function readSender(participations: readonly Segment[]): Sender | undefined {
  const prt = participations.find((segment) => segment.text(4) === SENT_BY);
  if (!prt) return undefined;
  const personId = prt.text(5, 1);
  const organizationId = prt.text(8, 10);
  return {
    ...(personId
      ? {
          person: {
            id: personId,
            ...optional('family', prt.text(5, 2)),
            ...optional('given', prt.text(5, 3)),
            ...optional('idType', prt.text(5, 13)),
          },
        }
      : {}),
    ...(organizationId
      ? {
          organization: {
            id: organizationId,
            ...optional('name', prt.text(8, 1)),
            ...optional('idType', prt.text(8, 7)),
          },
        }
      : {}),
  };
}
