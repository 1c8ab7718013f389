import { type Claim, Gate } from './gate.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const claim = (rank = 0, flow = 'one', signal?: AbortSignal): Claim => ({ rank, flow, signal });

/** Works that are named as they begin and end when told to. */
class Works {
  readonly begun: string[] = [];
  private readonly doors = new Map<string, () => void>();

  constructor(private readonly gate: Gate) {}

  start(name: string, by: Claim = claim()): Promise<unknown> {
    return this.gate.run(by, async () => {
      this.begun.push(name);
      await new Promise<void>((resolve) => this.doors.set(name, resolve));
      return name;
    });
  }

  async end(name: string): Promise<void> {
    this.doors.get(name)?.();
    await turn();
  }

  /** Ends each work as it begins, and tells the order. */
  async drain(): Promise<string[]> {
    for (let at = 0; at < this.begun.length; at++) await this.end(this.begun[at]!);
    return this.begun;
  }
}

describe('the gate of a PACS link', () => {
  it('runs no more than its width at once, in order', async () => {
    const gate = new Gate(2, 10);
    const works = new Works(gate);
    for (const name of ['a', 'b', 'c', 'd']) void works.start(name);
    await turn();
    expect(works.begun).toEqual(['a', 'b']);
    expect(gate.load).toEqual({ running: 2, waiting: 2 });
    await works.end('b');
    expect(works.begun).toEqual(['a', 'b', 'c']);
    expect(await works.drain()).toEqual(['a', 'b', 'c', 'd']);
    expect(gate.load).toEqual({ running: 0, waiting: 0 });
  });

  it('lets a waiting viewer in first', async () => {
    const works = new Works(new Gate(1, 10));
    void works.start('running', claim(2));
    void works.start('export', claim(2));
    void works.start('exchange', claim(1));
    void works.start('viewer', claim(0));
    await turn();
    expect(await works.drain()).toEqual(['running', 'viewer', 'exchange', 'export']);
  });

  it('serves flows in turn, each in its own order', async () => {
    const works = new Works(new Gate(1, 20));
    void works.start('running');
    for (const name of ['a1', 'a2', 'a3']) void works.start(name, claim(0, 'a'));
    for (const name of ['b1', 'b2']) void works.start(name, claim(0, 'b'));
    void works.start('c1', claim(0, 'c'));
    await turn();
    expect(await works.drain()).toEqual(['running', 'a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
  });

  it('serves first what a flow prefers of its own, without taking the turn of another', async () => {
    const gate = new Gate(1, 20);
    const works = new Works(gate);
    void works.start('running');
    for (const label of ['a1', 'a2', 'a3']) void works.start(label, { ...claim(0, 'a'), label });
    for (const label of ['b1', 'b2']) void works.start(label, { ...claim(0, 'b'), label });
    gate.prefer('a', ['a3', 'a2']);
    await turn();
    expect(await works.drain()).toEqual(['running', 'a3', 'b1', 'a2', 'b2', 'a1']);
  });

  it('keeps nobody waiting for ever behind the more urgent', async () => {
    const works = new Works(new Gate(1, 100));
    void works.start('running');
    void works.start('check', claim(3));
    for (let n = 1; n <= 20; n++) void works.start(`viewer ${n}`, claim(0));
    await turn();
    const order = await works.drain();
    expect(order.indexOf('check')).toBe(9);
  });

  it('says no when the queue is full', async () => {
    const gate = new Gate(1, 1);
    const works = new Works(gate);
    void works.start('a');
    const second = works.start('b');
    expect(await works.start('c')).toBe('full');
    await works.drain();
    expect(await second).toEqual({ value: 'b' });
  });

  it('forgets who leaves while waiting, and does not begin for who has left', async () => {
    const gate = new Gate(1, 10);
    const works = new Works(gate);
    void works.start('a');
    const leaving = new AbortController();
    const left = works.start('b', claim(0, 'one', leaving.signal));
    await turn();
    leaving.abort();
    expect(await left).toBe('left');
    expect(gate.load).toEqual({ running: 1, waiting: 0 });
    expect(await works.start('c', claim(0, 'one', AbortSignal.abort()))).toBe('left');
    expect(await works.drain()).toEqual(['a']);
  });

  it('gives the place back when the work fails', async () => {
    const gate = new Gate(1, 0);
    await expect(gate.run(claim(), () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await gate.run(claim(), () => Promise.resolve(1))).toEqual({ value: 1 });
  });

  it('takes new limits while works run', async () => {
    const gate = new Gate(1, 10);
    const works = new Works(gate);
    for (const name of ['a', 'b', 'c']) void works.start(name);
    await turn();
    gate.resize(3, 10);
    await turn();
    expect(works.begun).toEqual(['a', 'b', 'c']);
    gate.resize(1, 10);
    void works.start('d');
    await works.end('a');
    await works.end('b');
    expect(works.begun).toHaveLength(3);
    expect(await works.drain()).toEqual(['a', 'b', 'c', 'd']);
  });
});
