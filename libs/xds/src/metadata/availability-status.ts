/** availabilityStatus: ebRIM's two, and the DMP's two (ANS TRE_R269, TRE_R270). */
const URNS = {
  /** Up to date. */
  Approved: 'urn:oasis:names:tc:ebxml-regrep:StatusType:Approved',
  /** Replaced, or an earlier version of the metadata. */
  Deprecated: 'urn:oasis:names:tc:ebxml-regrep:StatusType:Deprecated',
  /** Up to date, and archived. */
  Archived: 'urn:asip:ci-sis:2010:StatusType:Archived',
  /** Deleted logically (TD3.3c). */
  Deleted: 'urn:asip:ci-sis:2010:StatusType:Deleted',
} as const;

export type AvailabilityStatus = keyof typeof URNS;

export const statusUrn = (status: AvailabilityStatus): string => URNS[status];

const STATUSES = new Map<string, AvailabilityStatus>(
  (Object.keys(URNS) as AvailabilityStatus[]).map((status) => [URNS[status], status]),
);

/** `other` for a URN that is none of the four: nothing is decided on a status half understood. */
export const readStatusUrn = (urn: string): AvailabilityStatus | 'other' => STATUSES.get(urn.trim()) ?? 'other';
