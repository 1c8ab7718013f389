/** How much one commit may take, and how many may be under way. */
export interface GroupLimits {
  readonly commits: number;
  readonly items: number;
  readonly bytes: number;
}

interface Waiting<T, R> {
  readonly item: T;
  readonly resolve: (result: R) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Commits together what arrived while earlier commits were under way: the more senders, the fewer flushes to disk.
 * Nobody waits for company: an item that finds a free place is committed at once, alone.
 */
export class GroupCommit<T, R> {
  private waiting: Waiting<T, R>[] = [];
  private running = 0;

  /**
   * @param commit keeps all items or none, and answers for each in their order.
   * @param mayBeOne does that error come from a single item? Else it would meet each of them.
   */
  constructor(
    private readonly commit: (items: readonly T[]) => Promise<readonly R[]>,
    private readonly bytesOf: (item: T) => number,
    private readonly mayBeOne: (error: unknown) => boolean,
    private readonly limits: GroupLimits,
  ) {}

  /** Settles once the item is committed. @throws what its commit threw: whether it was kept is then unknown. */
  add(item: T): Promise<R> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      this.start();
    });
  }

  private start(): void {
    while (this.running < this.limits.commits && this.waiting.length > 0) {
      this.running++;
      void this.run(this.take()).finally(() => {
        this.running--;
        this.start();
      });
    }
  }

  /** The oldest that fit, one at least. */
  private take(): Waiting<T, R>[] {
    let bytes = 0;
    let count = 0;
    for (const { item } of this.waiting) {
      bytes += this.bytesOf(item);
      if (count > 0 && (count === this.limits.items || bytes > this.limits.bytes)) break;
      count++;
    }
    return this.waiting.splice(0, count);
  }

  /** An item that cannot be kept must not take the others down: what fails together is tried one by one. */
  private async run(group: readonly Waiting<T, R>[]): Promise<void> {
    try {
      const results = await this.commit(group.map(({ item }) => item));
      for (const [index, { resolve }] of group.entries()) resolve(results[index] as R);
    } catch (error) {
      if (group.length === 1 || !this.mayBeOne(error)) for (const { reject } of group) reject(error);
      else for (const one of group) await this.run([one]);
    }
  }
}
