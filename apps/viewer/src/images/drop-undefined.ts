/** Thousands of these are kept: an absent fact takes no place. */
export function dropUndefined<T extends object>(facts: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as T;
}
