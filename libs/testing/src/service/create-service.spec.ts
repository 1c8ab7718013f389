import { createService } from './create-service.js';

interface Clock {
  now(): Date;
  zone: string;
}

class Store {
  constructor(private readonly path: string) {}
  save(text: string): string {
    return `${this.path}: ${text}`;
  }
  remove(): void {
    throw new Error('the real store was touched');
  }
}

class Journal {
  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
    private readonly prefix: string,
  ) {}
  write(text: string): string {
    return this.store.save(`${this.prefix} ${this.clock.now().toISOString()} ${text}`);
  }
  erase(): void {
    this.store.remove();
  }
  zone(): string {
    return this.clock.zone;
  }
  async self(): Promise<unknown> {
    return await Promise.resolve(this.store);
  }
}

describe('createService', () => {
  const saved: string[] = [];
  const store = { save: (text: string) => String(saved.push(text)) };
  const clock = { now: () => new Date(0) };

  it('builds the class with the collaborators given', () => {
    const journal = createService(Journal, [store, clock, 'note']);
    expect(journal).toBeInstanceOf(Journal);
    expect(journal.write('hello')).toBe('1');
    expect(saved).toEqual(['note 1970-01-01T00:00:00.000Z hello']);
  });

  it('throws as soon as something left out is touched', () => {
    const journal = createService(Journal, [store]);
    expect(() => journal.write('x')).toThrow('Journal: collaborator 2.now was used, but the test does not replace it');
    expect(() => journal.erase()).toThrow('Journal: collaborator 1.remove was used');
    expect(() => journal.zone()).toThrow('Journal: collaborator 2.zone was used');
  });

  it('gives a collaborator that may be awaited and printed', async () => {
    const journal = createService(Journal, [store, clock]);
    expect(await journal.self()).toEqual(store);
    expect(JSON.stringify(await journal.self())).toBe('{}');
  });
});
