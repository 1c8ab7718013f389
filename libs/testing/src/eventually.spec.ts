import { eventually } from './eventually.js';

describe('eventually', () => {
  it('repeats a check until it holds and returns its value', async () => {
    let turns = 0;
    const value = await eventually(() => {
      turns += 1;
      if (turns === 1) throw new Error('not yet');
      return turns === 2 ? false : 'there';
    });
    expect([value, turns]).toEqual(['there', 3]);
  });

  it('throws what the check threw last, or says it stayed false', async () => {
    const failing = eventually(() => {
      throw new Error('still missing');
    }, 30);
    await expect(failing).rejects.toThrow('still missing');
    await expect(eventually(() => Promise.resolve(false), 30)).rejects.toThrow('still false after 30 ms');
  });
});
