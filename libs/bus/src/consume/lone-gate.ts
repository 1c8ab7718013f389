/** Lets work run together, and some work alone: it waits for what runs, and what comes later waits for it. */
export class LoneGate {
  private readonly running = new Set<Promise<void>>();
  private lone: Promise<void> = Promise.resolve();

  async together(work: () => Promise<void>): Promise<void> {
    let waited: Promise<void> | undefined;
    while (waited !== this.lone) {
      waited = this.lone;
      await waited;
    }
    const run = work();
    this.running.add(run);
    try {
      await run;
    } finally {
      this.running.delete(run);
    }
  }

  alone(work: () => Promise<void>): Promise<void> {
    const before = this.lone;
    const run = (async () => {
      await before;
      await Promise.allSettled(this.running);
      await work();
    })();
    this.lone = run.catch(() => undefined);
    return run;
  }
}
