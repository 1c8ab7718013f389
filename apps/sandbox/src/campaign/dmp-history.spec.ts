import { type DmpChange, DmpHistory } from './dmp-history.js';

const pointer = (uniqueId: string, status: string, study = '1.2.3'): DmpChange['entries'][number] => ({
  uniqueId,
  status: `urn:oasis:names:tc:ebxml-regrep:StatusType:${status}`,
  typeCode: 'IMG-KOS',
  referenceIds: [`${study}^^^^urn:ihe:iti:xds:2016:studyInstanceUID`],
});

const after = (...changes: DmpChange['entries'][]): DmpHistory => {
  const history = new DmpHistory();
  changes.forEach((entries, index) => history.add({ submissionSetUniqueId: `1.${index}`, entries }));
  return history;
};

describe('the history of the DMP', () => {
  it('finds nothing in a publication, its replacement, its deletion and a new pointer', () => {
    const history = after(
      [pointer('1', 'Approved')],
      [pointer('2', 'Approved'), pointer('1', 'Deprecated')],
      [pointer('2', 'Deleted')],
      [pointer('3', 'Approved')],
    );
    expect([history.twiceAccepted, history.twicePointed, history.submissions]).toEqual([[], [], 4]);
  });

  it('finds two Approved pointers of one study, even when one leaves later', () => {
    const history = after([pointer('1', 'Approved')], [pointer('2', 'Approved')], [pointer('1', 'Deleted')]);
    expect(history.twicePointed).toEqual(['1.2.3']);
  });

  it('finds a uniqueId that was accepted twice', () => {
    expect(after([pointer('1', 'Approved')], [pointer('1', 'Approved')]).twiceAccepted).toEqual(['1']);
  });
});
