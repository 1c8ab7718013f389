/** Lets at most `width` works run at once, first come first served; beyond `queue` waiting ones it says no. */
export class Gate {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private width: number,
    private queue: number,
  ) {}

  /** @returns undefined when the queue is full. */
  async run<T>(work: () => Promise<T>): Promise<{ value: T } | undefined> {
    if (this.running >= this.width) {
      if (this.waiting.length >= this.queue) return undefined;
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    } else {
      this.running++;
    }
    try {
      return { value: await work() };
    } finally {
      this.leave();
    }
  }

  /** New limits apply to the works to come; running ones end. */
  resize(width: number, queue: number): void {
    this.width = width;
    this.queue = queue;
    while (this.running < this.width && this.waiting.length > 0) {
      this.running++;
      this.waiting.shift()?.();
    }
  }

  get load(): { running: number; waiting: number } {
    return { running: this.running, waiting: this.waiting.length };
  }

  /** The place goes straight to the next in line, unless the gate has become narrower. */
  private leave(): void {
    if (this.running > this.width) {
      this.running--;
      return;
    }
    const next = this.waiting.shift();
    if (next) next();
    else this.running--;
  }
}
