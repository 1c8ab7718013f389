import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';

/** W3C trace context, level 1 (`traceparent: 00-<trace>-<span>-<flags>`). */
export interface Trace {
  readonly traceId: string;
  readonly spanId: string;
  readonly flags: string;
}

const current = new AsyncLocalStorage<Trace>();
const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/;

/** Trace of the work in progress; it follows every await. */
export const currentTrace = (): Trace | undefined => current.getStore();

/** A new span under the header received, or a new trace when the header is absent or malformed. */
export function childOf(traceparent: string | undefined): Trace {
  const parent = TRACEPARENT.exec(traceparent ?? '');
  return {
    traceId: parent?.[1] ?? randomBytes(16).toString('hex'),
    spanId: randomBytes(8).toString('hex'),
    flags: parent?.[3] ?? '01',
  };
}

/** Header for what leaves now: another service, the bus. */
export const currentTraceparent = (): string => formatTraceparent(current.getStore() ?? childOf(undefined));

export const formatTraceparent = ({ traceId, spanId, flags }: Trace): string => `00-${traceId}-${spanId}-${flags}`;

export const runInTrace = <T>(trace: Trace, work: () => T): T => current.run(trace, work);
