/** A SOAP fault: the message itself, its addressing or its security is wrong (HTTP 500). */
export interface SoapFault {
  readonly kind: 'fault';
  readonly code: 'Sender' | 'Receiver';
  /** Standard subcode, e.g. `wsse:FailedCheck`. */
  readonly subcode: string;
  /** The sandbox's own name of what is wrong, in the fault's Detail. */
  readonly detail: string;
  /** What a developer should look at. Never a patient trait. */
  readonly reason: string;
}

/** One RegistryError (ebRS 3.0, IHE ITI TF-3 table 4.2.4.1-2). */
export interface RegistryError {
  readonly code: string;
  readonly context: string;
}

/** The message is sound and authentic, its content is refused (RegistryResponse Failure, HTTP 200). */
export interface RegistryRefusal {
  readonly kind: 'refusal';
  readonly errors: readonly RegistryError[];
}

export type Checked<T, F> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: F };

export const good = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value });
export const bad = <F>(problem: F): { readonly ok: false; readonly problem: F } => ({ ok: false, problem });

export const senderFault = (detail: string, reason: string, subcode = 'wsse:FailedCheck'): SoapFault => ({
  kind: 'fault',
  code: 'Sender',
  subcode,
  detail,
  reason,
});

export const refusal = (...errors: RegistryError[]): RegistryRefusal => ({ kind: 'refusal', errors });

export const metadataError = (context: string): RegistryError => ({ code: 'XDSRegistryMetadataError', context });
export const repositoryError = (context: string): RegistryError => ({ code: 'XDSRepositoryMetadataError', context });
