type Constructor = new (...args: never[]) => object;

/** A collaborator as a test replaces it: some members of an object, anything else whole; left out, nothing. */
type Replaced<T> = T extends readonly [infer First, ...infer Rest]
  ? readonly [(First extends object ? Partial<First> : First)?, ...Replaced<Rest>]
  : readonly [];

/** What replaces the collaborators of a class, in the order of its constructor. */
export type Overrides<C extends Constructor> = Replaced<ConstructorParameters<C>>;

const COLLABORATORS = 20;
const LOOKED_FOR = ['then', 'toJSON', 'asymmetricMatch', 'nodeType', 'tagName', '$$typeof'];

/**
 * Builds a class with its collaborators replaced, in the order of its constructor. What the test leaves out throws a
 * clear error as soon as the class touches it, so a test says all that the class uses.
 *
 *     const relay = createService(OutboxRelay, [{ publish: async () => sent }, undefined, { now: () => noon }]);
 */
export function createService<C extends Constructor>(type: C, overrides: Overrides<C>): InstanceType<C> {
  const given: readonly unknown[] = overrides;
  const args = Array.from({ length: Math.max(COLLABORATORS, given.length) }, (_, index) =>
    collaborator(`${type.name}: collaborator ${index + 1}`, given[index]),
  );
  return Reflect.construct(type, args) as InstanceType<C>;
}

function collaborator(label: string, given: unknown): unknown {
  if (typeof given === 'function' || (typeof given !== 'object' && given !== undefined) || given === null) return given;
  const replaced: object = given ?? {};
  return new Proxy(replaced, {
    get(target, key) {
      if (key in target) return Reflect.get(target, key) as unknown;
      // What await, printing and jest's matchers look for is absent rather than wrong.
      if (typeof key === 'symbol' || LOOKED_FOR.includes(key)) return undefined;
      throw new Error(`${label}.${key} was used, but the test does not replace it`);
    },
  });
}
