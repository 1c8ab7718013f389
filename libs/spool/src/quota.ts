/** Who takes room. */
export interface Owner {
  readonly id: string;
  readonly maxBytes: number;
}

/** Room on disk, of all and of each owner. What is taken beyond is taken all the same: whoever took it is told to wait. */
export class Quota {
  private total = 0;
  private readonly taken = new Map<string, number>();

  constructor(private readonly maxBytes: number) {}

  take({ id }: Owner, bytes: number): void {
    this.total += bytes;
    this.taken.set(id, (this.taken.get(id) ?? 0) + bytes);
  }

  give({ id }: Owner, bytes: number): void {
    this.total -= bytes;
    const left = (this.taken.get(id) ?? 0) - bytes;
    if (left > 0) this.taken.set(id, left);
    else this.taken.delete(id);
  }

  /** No room left for this owner: its own share, or everybody's. */
  full({ id, maxBytes }: Owner): 'owner' | 'total' | undefined {
    if ((this.taken.get(id) ?? 0) >= maxBytes) return 'owner';
    return this.total >= this.maxBytes ? 'total' : undefined;
  }

  get bytes(): number {
    return this.total;
  }

  get byOwner(): ReadonlyMap<string, number> {
    return this.taken;
  }
}
