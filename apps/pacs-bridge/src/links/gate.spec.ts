import { Gate } from './gate.js';

const nothing = (): void => undefined;
const deferred = (): { promise: Promise<void>; open: () => void } => {
  const door = { promise: Promise.resolve(), open: nothing };
  door.promise = new Promise<void>((resolve) => (door.open = resolve));
  return door;
};
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the gate of a PACS link', () => {
  it('runs no more than its width at once, in order', async () => {
    const gate = new Gate(2, 10);
    const doors = [deferred(), deferred(), deferred(), deferred()];
    const begun: number[] = [];
    const works = doors.map((door, index) =>
      gate.run(async () => {
        begun.push(index);
        await door.promise;
      }),
    );
    await turn();
    expect(begun).toEqual([0, 1]);
    expect(gate.load).toEqual({ running: 2, waiting: 2 });
    doors[1]!.open();
    await turn();
    expect(begun).toEqual([0, 1, 2]);
    for (const door of doors) door.open();
    await Promise.all(works);
    expect(gate.load).toEqual({ running: 0, waiting: 0 });
  });

  it('says no when the queue is full', async () => {
    const gate = new Gate(1, 1);
    const door = deferred();
    const first = gate.run(() => door.promise);
    const second = gate.run(() => Promise.resolve('done'));
    expect(await gate.run(() => Promise.resolve('never'))).toBeUndefined();
    door.open();
    await first;
    expect(await second).toEqual({ value: 'done' });
  });

  it('gives the place back when the work fails', async () => {
    const gate = new Gate(1, 0);
    await expect(gate.run(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await gate.run(() => Promise.resolve(1))).toEqual({ value: 1 });
  });

  it('takes new limits while works run', async () => {
    const gate = new Gate(1, 10);
    const doors = [deferred(), deferred(), deferred()];
    let running = 0;
    const works = doors.map((door) =>
      gate.run(async () => {
        running++;
        await door.promise;
        running--;
      }),
    );
    await turn();
    expect(running).toBe(1);
    gate.resize(3, 10);
    await turn();
    expect(running).toBe(3);
    gate.resize(1, 10);
    for (const door of doors) door.open();
    await Promise.all(works);
    expect(gate.load).toEqual({ running: 0, waiting: 0 });
  });
});
