/** Order in which the slices of a volume are decoded: from the middle outwards, because the middle is what is on screen. */
export function fromMiddle(count: number): number[] {
  const middle = count >> 1;
  return Array.from({ length: count }, (_, at) => at).toSorted((a, b) => Math.abs(a - middle) - Math.abs(b - middle));
}

/** Slices of a volume that wait to be decoded: of those that have come, the nearest to the middle first, each once. */
export class SliceQueue {
  private readonly order: number[];
  private readonly there = new Set<number>();
  private readonly waiting: (() => void)[] = [];
  private ended = false;

  constructor(count: number) {
    this.order = fromMiddle(count);
  }

  add(index: number): void {
    this.there.add(index);
    this.waiting.shift()?.();
  }

  /** Nothing more will come. */
  end(): void {
    this.ended = true;
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  /** Undefined once all that came has been taken and nothing more will come. */
  async next(): Promise<number | undefined> {
    for (;;) {
      const at = this.order.findIndex((index) => this.there.has(index));
      const [index] = at < 0 ? [] : this.order.splice(at, 1);
      if (index !== undefined || this.ended) return index;
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }
}
