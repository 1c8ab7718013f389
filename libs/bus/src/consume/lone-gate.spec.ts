import { LoneGate } from './lone-gate.js';

it('lets work run together, and a lone one only by itself', async () => {
  const gate = new LoneGate();
  const journal: string[] = [];
  const work = (name: string) => async (): Promise<void> => {
    journal.push(`${name} begins`);
    await new Promise((resolve) => setImmediate(resolve));
    journal.push(`${name} ends`);
  };
  const early = [
    expect(gate.together(() => Promise.reject(new Error('fails')))).rejects.toThrow('fails'),
    gate.together(work('a')),
    gate.together(work('b')),
  ];
  while (journal.length < 2) await Promise.resolve();
  await Promise.all([...early, gate.alone(work('lone')), gate.alone(work('other lone')), gate.together(work('c'))]);
  expect(journal).toEqual([
    'a begins',
    'b begins',
    'a ends',
    'b ends',
    'lone begins',
    'lone ends',
    'other lone begins',
    'other lone ends',
    'c begins',
    'c ends',
  ]);
});
