import { documentsOf, type KnownReport } from './documents-of.js';

const report = (lineage: string, document: string, over: Partial<KnownReport> = {}): KnownReport => ({
  reportId: `${lineage} ${document}`,
  lineage,
  operation: 'new',
  document,
  sequence: 1,
  accessions: [`A-${lineage}`],
  ...over,
});

it('names the version that speaks of each live report, and those before it', () => {
  const told = documentsOf([
    report('x', '1.1'),
    report('x', '1.2', { operation: 'replace', replaces: '1.1', sequence: 2 }),
    report('y', '2.1'),
  ]);
  expect(told).toEqual({
    documents: { current: ['1.2', '2.1'], former: ['1.1'] },
    accessions: ['A-x', 'A-y'],
  });
});

it('a withdrawn report names nothing', () => {
  const told = documentsOf([report('x', '1.1'), report('x', '1.1', { operation: 'withdraw', sequence: 2 })]);
  expect(told).toEqual({ documents: { current: [], former: [] }, accessions: [] });
});
