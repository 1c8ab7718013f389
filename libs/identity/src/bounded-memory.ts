interface Kept<V> {
  readonly value: V;
  readonly until: number;
}

/** Values by key until a time (ms), at most `size` of them: the oldest leave first. */
export class BoundedMemory<V> {
  private readonly kept = new Map<string, Kept<V>>();

  constructor(
    private readonly size: number,
    private readonly now: () => number,
  ) {}

  get(key: string): V | undefined {
    const found = this.kept.get(key);
    if (found === undefined) return undefined;
    if (found.until > this.now()) return found.value;
    this.kept.delete(key);
    return undefined;
  }

  set(key: string, value: V, until: number): void {
    if (this.size <= 0 || until <= this.now()) return;
    this.kept.delete(key);
    this.kept.set(key, { value, until });
    if (this.kept.size <= this.size) return;
    const oldest = this.kept.keys().next();
    if (!oldest.done) this.kept.delete(oldest.value);
  }

  delete(key: string): void {
    this.kept.delete(key);
  }

  clear(): void {
    this.kept.clear();
  }

  get count(): number {
    return this.kept.size;
  }
}
