import { headOf, type Version } from './lineage.js';

let sequence = 0;
const version = (document: string, over: Partial<Version> = {}): Version => ({
  reportId: `report ${document} ${over.operation ?? 'new'}`,
  operation: 'new',
  document,
  sequence: ++sequence,
  ...over,
});

/** Every order in which messages may come. */
function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, at) =>
    permutations(items.filter((_, other) => other !== at)).map((rest) => [item, ...rest]),
  );
}

const heads = (versions: readonly Version[]): Set<string> =>
  new Set(permutations(versions).map((order) => `${headOf(order).version.document} ${headOf(order).live}`));

describe('which version of a report speaks', () => {
  it('the highest versionNumber, in whatever order they come', () => {
    const versions = [
      version('d1', { number: 1, messageTime: '20260103' }),
      version('d3', { operation: 'replace', number: 3, messageTime: '20260101' }),
      version('d2', { operation: 'replace', number: 2, messageTime: '20260102' }),
    ];
    expect(heads(versions)).toEqual(new Set(['d3 true']));
  });

  it('the end of the chain of replacements when there are no numbers', () => {
    const versions = [
      version('d3', { operation: 'replace', replaces: 'd2' }),
      version('d1'),
      version('d2', { operation: 'replace', replaces: 'd1' }),
    ];
    expect(heads(versions)).toEqual(new Set(['d3 true']));
  });

  it('a withdrawal ends the version it carries, even when it comes first', () => {
    expect(heads([version('d1', { number: 1 }), version('d1', { operation: 'withdraw', number: 1 })])).toEqual(
      new Set(['d1 false']),
    );
    expect(headOf([version('d1', { operation: 'withdraw' })]).live).toBe(false);
  });

  it('a withdrawal of an older version says nothing against a newer one', () => {
    const versions = [
      version('d1', { number: 1 }),
      version('d2', { operation: 'replace', number: 2, replaces: 'd1' }),
      version('d1', { operation: 'withdraw', number: 1 }),
    ];
    expect(heads(versions)).toEqual(new Set(['d2 true']));
  });

  it('MSH-7 decides between documents of the same place, then arrival', () => {
    const versions = [
      version('a', { operation: 'replace', replaces: 'd1', messageTime: '20260102101500' }),
      version('b', { operation: 'replace', replaces: 'd1', messageTime: '20260102101600' }),
    ];
    expect(heads(versions)).toEqual(new Set(['b true']));
    const [first, second] = [version('a', { replaces: 'd1' }), version('b', { replaces: 'd1' })];
    expect(headOf([second, first]).version.document).toBe('b');
  });

  it('a circle of replacements ends, too', () => {
    const versions = [
      version('a', { replaces: 'b', operation: 'replace' }),
      version('b', { replaces: 'a', operation: 'replace' }),
    ];
    expect(['a', 'b']).toContain(headOf(versions).version.document);
  });
});
