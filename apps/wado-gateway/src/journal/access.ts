import type { EventBody } from '@drimbox/contracts';

/** Facts of an access let through that its record and its event need at the end; kept in its row while it is open. */
export interface Access {
  readonly id: string;
  readonly site: string;
  readonly pacsLink: string;
  readonly study: string;
  readonly series?: string;
  readonly instance?: string;
  readonly level: EventBody<'image.served'>['level'];
  readonly kos: string;
  readonly peer: string;
  readonly professional: { readonly id: string; readonly session?: string };
  readonly patient: { readonly matricule: string; readonly oid: string };
  readonly from: { readonly address: string; readonly port: number };
}

/** How it ended. */
export type AccessEnd = Pick<
  EventBody<'image.served'>,
  'outcome' | 'code' | 'objects' | 'bytes' | 'millisecondsToFirst' | 'milliseconds'
>;

/** An access refused, before any byte. */
export interface RefusedAccess {
  readonly id: string;
  readonly site: string;
  readonly pacsLink: string;
  readonly level?: EventBody<'image.served'>['level'];
  readonly study?: string;
  readonly kos?: string;
  /** db FQDN of the list. */
  readonly peer?: string;
  readonly professional?: { readonly id: string; readonly session?: string };
  readonly code: EventBody<'image.refused'>['code'];
  readonly cause: string;
  readonly from: { readonly address: string; readonly port: number };
}
