import { z } from 'zod';

export const ENDPOINTS = [
  'discovery',
  'certs',
  'authorization',
  'login',
  'token',
  'userinfo',
  'introspection',
  'revocation',
  'logout',
] as const;
export type Endpoint = (typeof ENDPOINTS)[number];

const kinds = [
  /** The connection is cut before an answer. */
  z.object({ kind: z.literal('down') }),
  /** The right answer, late. */
  z.object({ kind: z.literal('slow'), ms: z.number().int().min(1).max(600_000) }),
  z.object({ kind: z.literal('status'), status: z.number().int().min(300).max(599) }),
  /** HTTP 200 with a body that is no JSON. */
  z.object({ kind: z.literal('garbage') }),
  /** HTTP 200 with JSON that goes on for so many bytes. */
  z.object({ kind: z.literal('huge'), bytes: z.number().int().min(1).max(64_000_000).default(8_000_000) }),
  /** Members set or removed: of the introspection answer, of the claims of userinfo, of the discovery document. */
  z.object({
    kind: z.literal('answer'),
    set: z.record(z.string(), z.unknown()).default({}),
    remove: z.array(z.string()).default([]),
  }),
] as const;

const common = {
  endpoint: z.enum(ENDPOINTS),
  /** How often; absent: until taken back. */ times: z.number().int().min(1).optional(),
};

/** A misbehaviour that is ordered at the desk. */
export const Fault = z.discriminatedUnion('kind', [
  kinds[0].extend(common),
  kinds[1].extend(common),
  kinds[2].extend(common),
  kinds[3].extend(common),
  kinds[4].extend(common),
  kinds[5].extend(common),
]);
export type Fault = z.infer<typeof Fault>;

export class Faults {
  private ordered: { readonly fault: Fault; left: number }[] = [];

  add(fault: Fault): void {
    this.ordered.push({ fault, left: fault.times ?? Infinity });
  }

  /** The fault this call must meet: the first that was ordered for its endpoint and is not used up. */
  next(endpoint: Endpoint): Fault | undefined {
    const found = this.ordered.find(({ fault }) => fault.endpoint === endpoint);
    if (found === undefined) return undefined;
    found.left -= 1;
    if (found.left === 0) this.ordered = this.ordered.filter((one) => one !== found);
    return found.fault;
  }

  list(): Fault[] {
    return this.ordered.map(({ fault }) => fault);
  }

  clear(): void {
    this.ordered = [];
  }
}

/** An answer as an `answer` fault bends it. */
export const bend = (body: Readonly<Record<string, unknown>>, fault: Fault | undefined): Record<string, unknown> => {
  if (fault?.kind !== 'answer') return { ...body };
  const kept = Object.entries({ ...body, ...fault.set }).filter(([name]) => !fault.remove.includes(name));
  return Object.fromEntries(kept);
};
