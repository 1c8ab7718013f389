/** Images per second a series asks for, within what a screen can do. */
export const rateOf = (frameTime: number | undefined): number =>
  frameTime === undefined || frameTime <= 0 ? 15 : Math.max(1, Math.min(60, Math.round(1000 / frameTime)));

/** Plays images one after the other, never asking for the next before the last is shown. */
export class Cine {
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly step: () => Promise<void>) {}

  get playing(): boolean {
    return this.timer !== undefined;
  }

  play(perSecond: number): void {
    this.stop();
    const period = 1000 / perSecond;
    const tick = (due: number): void => {
      this.timer = setTimeout(
        () => {
          void this.step().finally(() => {
            if (this.playing) tick(Math.max(due + period, performance.now()));
          });
        },
        Math.max(0, due - performance.now()),
      );
    };
    tick(performance.now() + period);
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}
