import { GroupCommit } from './group-commit.js';

/** A store whose commits end when the test says so. */
function store(limits = { commits: 1, items: 3, bytes: 100 }) {
  const begun: { items: readonly string[]; end: (error?: Error) => void }[] = [];
  const group = new GroupCommit<string, string>(
    (items) =>
      new Promise((resolve, reject) =>
        begun.push({ items, end: (error) => (error ? reject(error) : resolve(items.map((item) => `${item} kept`))) }),
      ),
    (item) => item.length,
    (error) => !(error instanceof Error && error.message === 'store away'),
    limits,
  );
  return { begun, group };
}
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('group commit', () => {
  it('commits the first at once and alone, then together what came meanwhile, each with its own answer', async () => {
    const { begun, group } = store();
    const answers = ['a', 'b', 'c', 'd', 'e'].map((item) => group.add(item));
    expect(begun.map(({ items }) => items)).toEqual([['a']]);
    begun[0]!.end();
    await turn();
    expect(begun[1]!.items).toEqual(['b', 'c', 'd']);
    begun[1]!.end();
    await turn();
    begun[2]!.end();
    expect(await Promise.all(answers)).toEqual(['a kept', 'b kept', 'c kept', 'd kept', 'e kept']);
  });

  it('says nothing before the commit', async () => {
    const { begun, group } = store();
    let said = false;
    const answer = group.add('a').then(() => (said = true));
    await turn();
    expect(said).toBe(false);
    begun[0]!.end();
    await answer;
    expect(said).toBe(true);
  });

  it('bounds a group by bytes; an item above the bound goes alone', async () => {
    const { begun, group } = store({ commits: 1, items: 10, bytes: 10 });
    const answers = ['first', 'x'.repeat(50), 'six___', 'four', 'one'].map((item) => group.add(item));
    for (let n = 0; n < 4; n++) {
      begun[n]!.end();
      await turn();
    }
    await Promise.all(answers);
    expect(begun.map(({ items }) => items.length)).toEqual([1, 1, 2, 1]);
  });

  it('has no more commits under way than allowed', () => {
    const { begun, group } = store({ commits: 2, items: 1, bytes: 100 });
    for (const item of ['a', 'b', 'c']) void group.add(item);
    expect(begun.map(({ items }) => items)).toEqual([['a'], ['b']]);
  });

  it('tries one by one what failed together: only the one at fault fails', async () => {
    const { begun, group } = store();
    const first = group.add('a');
    const good = group.add('good');
    const bad = group.add('bad');
    const refused = expect(bad).rejects.toThrow('not storable');
    begun[0]!.end();
    await turn();
    begun[1]!.end(new Error('not storable'));
    await turn();
    begun[2]!.end();
    await turn();
    begun[3]!.end(new Error('not storable'));
    expect(await first).toBe('a kept');
    expect(await good).toBe('good kept');
    await refused;
    expect(begun.map(({ items }) => items)).toEqual([['a'], ['good', 'bad'], ['good'], ['bad']]);
  });

  it('fails all at once when the store is away', async () => {
    const { begun, group } = store();
    const first = group.add('a');
    const others = ['b', 'c'].map((item) => expect(group.add(item)).rejects.toThrow('store away'));
    begun[0]!.end();
    await turn();
    begun[1]!.end(new Error('store away'));
    await Promise.all([first, ...others]);
    expect(begun).toHaveLength(2);
  });
});
