/** Every service of a DRIMbox. The name is its database role, NATS user, certificate CN and metrics label. */
export const SERVICES = [
  'hl7-ingest',
  'pacs-bridge',
  'kos-publisher',
  'wado-gateway',
  'whitelist-sync',
  'source-viewer',
] as const;
export type ServiceName = (typeof SERVICES)[number];

/** Callers of internal requests that are not services of the product: the operators' application and the sandbox desk. */
export const DESKS = ['admin'] as const;
export type CallerName = ServiceName | (typeof DESKS)[number];

/** Who may listen to the bus without being a service: the probe that shows how a door follows its projection. */
export const PROBES = ['projection-probe'] as const;
export type ListenerName = ServiceName | (typeof PROBES)[number];

/** PostgreSQL schema and role of a service (`hl7-ingest` → `hl7_ingest`). */
export const schemaOf = (service: ServiceName): string => service.replaceAll('-', '_');
