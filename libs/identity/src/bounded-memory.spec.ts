import { BoundedMemory } from './bounded-memory.js';

describe('bounded memory', () => {
  it('forgets on time, and the oldest first when full', () => {
    let now = 0;
    const memory = new BoundedMemory<number>(2, () => now);
    memory.set('a', 1, 10);
    memory.set('b', 2, 20);
    memory.set('c', 3, 20);
    expect([memory.get('a'), memory.get('b'), memory.get('c'), memory.count]).toEqual([undefined, 2, 3, 2]);
    now = 20;
    expect(memory.get('b')).toBeUndefined();
    memory.set('late', 4, 20);
    expect(memory.get('late')).toBeUndefined();
  });
});
