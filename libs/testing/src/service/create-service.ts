type Constructor = new (...args: never[]) => object;

/** For each collaborator of the constructor, the members the test replaces. */
export type Overrides<C extends Constructor> = {
  readonly [K in keyof ConstructorParameters<C>]?: ConstructorParameters<C>[K] extends object
    ? Partial<ConstructorParameters<C>[K]>
    : ConstructorParameters<C>[K];
};

const COLLABORATORS = 20;

/**
 * Builds a class with its collaborators replaced, in the order of its constructor. What the test leaves out throws a
 * clear error as soon as the class touches it, so a test says all that the class uses.
 *
 *     const relay = createService(OutboxRelay, [{ publish: async () => sent }, undefined, { now: () => noon }]);
 */
export function createService<C extends Constructor>(type: C, overrides: Overrides<C>): InstanceType<C> {
  const given: readonly unknown[] = Object.values(overrides);
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
      // What await, printing and matchers look for is absent rather than wrong.
      if (typeof key === 'symbol' || key === 'then' || key === 'toJSON') return undefined;
      throw new Error(`${label}.${key} was used, but the test does not replace it`);
    },
  });
}
