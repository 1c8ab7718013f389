/** A property that exists only when its value does: `''` is what an absent field reads as. */
export const optional = <K extends string>(key: K, value: string): Partial<Record<K, string>> =>
  value === '' ? {} : ({ [key]: value } as Record<K, string>);
