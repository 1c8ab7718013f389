/** `work` on each value, at most `width` at a time, results in the order of their values; pulled as it is read. */
export async function* inOrder<In, Out>(
  values: AsyncGenerator<In, void>,
  width: number,
  work: (value: In) => Promise<Out>,
): AsyncGenerator<Out, void> {
  const started: Promise<Out>[] = [];
  try {
    for await (const value of values) {
      const result = work(value);
      // It may fail while an earlier one is waited for; it is thrown in its turn.
      result.catch(() => undefined);
      started.push(result);
      const oldest = started.length >= width ? started.shift() : undefined;
      if (oldest) yield await oldest;
    }
    for (let oldest = started.shift(); oldest; oldest = started.shift()) yield await oldest;
  } finally {
    await values.return();
  }
}
