import type { EventBody } from '@drimbox/contracts';

type Served = EventBody<'image.served'>;

/** Who asked, as an identity provider vouches for it: national identifier of a professional, subject of a patient. */
export interface Person {
  readonly id: string;
  /** Session at the provider, for imputability. */
  readonly session?: string;
}

export interface From {
  readonly address: string;
  readonly port: number;
}

/** Facts of an access let through that its record and its event need at the end; kept in its row while it is open. */
export interface Access {
  readonly id: string;
  /** `examExported`: taken away as an archive; images given to be seen or kept by another DRIMbox otherwise. */
  readonly kind?: 'imagesGiven' | 'examExported';
  readonly site: string;
  readonly pacsLink: string;
  readonly study: string;
  readonly series?: string;
  readonly instance?: string;
  readonly level: Served['level'];
  readonly kos: string;
  /** db FQDN of the DRIMbox that asked; none at the viewer's door. */
  readonly peer?: string;
  readonly person: Person;
  /** Which way the person came in. */
  readonly profile?: 'professional' | 'patient';
  readonly patient: { readonly matricule: string; readonly oid: string };
  readonly from: From;
}

/** How it ended. */
export type AccessEnd = Pick<Served, 'outcome' | 'code' | 'objects' | 'bytes' | 'millisecondsToFirst' | 'milliseconds'>;

/** An access refused, before any byte. */
export interface RefusedAccess {
  readonly id: string;
  readonly site: string;
  readonly pacsLink: string;
  readonly level?: Served['level'];
  readonly study?: string;
  readonly kos?: string;
  /** db FQDN of the list. */
  readonly peer?: string;
  readonly person?: Person;
  readonly code: EventBody<'image.refused'>['code'];
  readonly cause: string;
  readonly from: From;
}
