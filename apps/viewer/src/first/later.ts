/** Somebody who comes later: what is asked before waits until then, in order. */
export class Later<T> {
  private one: T | undefined;
  private readonly waiting: ((one: T) => void)[] = [];

  readonly ask = (act: (one: T) => void): void => {
    if (this.one) act(this.one);
    else this.waiting.push(act);
  };

  comes(one: T): void {
    this.one = one;
    for (const act of this.waiting.splice(0)) act(one);
  }
}
