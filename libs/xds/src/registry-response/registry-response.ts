import { RS } from '../metadata/namespaces.js';
import { childNamed, childrenNamed, type ParsedElement } from '../xml/parse.js';

/** One RegistryError. `code` is safe to log; `context` and `location` may quote metadata and are not. */
export interface RegistryError {
  readonly code: string;
  readonly severity: 'Error' | 'Warning';
  readonly context: string;
  readonly location: string;
}

export type RegistryStatus = 'Success' | 'Failure' | 'PartialSuccess';

export interface RegistryResponse {
  readonly status: RegistryStatus;
  readonly errors: readonly RegistryError[];
}

const STATUS = 'urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:';
const IHE_STATUS = 'urn:ihe:iti:2007:ResponseStatusType:';
const MAX_ERRORS = 100;
const MAX_TEXT = 1000;

/** Codes are tokens: anything else a registry may put there is neutralised before it reaches a log. */
const errorCode = (value: string): string =>
  value
    .trim()
    .replace(/[^\w:.-]/g, '_')
    .slice(0, 100) || 'none';

function readError(element: ParsedElement): RegistryError {
  const text = (name: string): string => (element.attributes.get(name) ?? '').slice(0, MAX_TEXT);
  return {
    code: errorCode(text('errorCode')),
    severity: text('severity').endsWith(':Warning') ? 'Warning' : 'Error',
    context: text('codeContext'),
    location: text('location'),
  };
}

function readStatus(value: string | undefined): RegistryStatus | undefined {
  // PartialSuccess belongs to IHE's own namespace (ITI TF-3 §4.2.4.2); both spellings are met.
  for (const status of ['Success', 'Failure', 'PartialSuccess'] as const)
    if (value === STATUS + status || value === IHE_STATUS + status) return status;
  return undefined;
}

/**
 * rs:RegistryResponse, or the response attributes of a query:AdhocQueryResponse (ITI TF-3 §4.2.4).
 * undefined when the status is absent or unknown.
 */
export function readRegistryResponse(element: ParsedElement): RegistryResponse | undefined {
  const status = readStatus(element.attributes.get('status'));
  if (!status) return undefined;
  const list = childNamed(element, RS, 'RegistryErrorList');
  const errors = list ? childrenNamed(list, RS, 'RegistryError').slice(0, MAX_ERRORS).map(readError) : [];
  return { status, errors };
}
