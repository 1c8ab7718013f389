import { readFileSync } from 'node:fs';
import { leaf, queryResponse } from '../testing/answers.js';
import { TestPki } from '../testing/pki.js';
import { describeWithSamples, sample, validate } from '../testing/tools.js';
import { parseXml, type ParsedElement } from '../xml/parse.js';
import { currentEntry, getDocumentsRequest, readEntries, type RegistryEntry } from './get-documents.js';

function parsed(xml: string): ParsedElement {
  const result = parseXml(Buffer.from(xml));
  if (!result.ok) throw new Error(result.problem);
  return result.root;
}

describe('ITI-18 GetDocuments', () => {
  it('reads entries of a LeafClass answer', () => {
    const answer = queryResponse(
      leaf('urn:uuid:1', '1.2.3', 'ABCDEF') + leaf('urn:uuid:2', '1.2.3', '00', 'Deprecated'),
    );
    expect(readEntries(parsed(answer))).toEqual([
      { entryUuid: 'urn:uuid:1', uniqueId: '1.2.3', hash: 'abcdef', size: 42, availabilityStatus: 'Approved' },
      { entryUuid: 'urn:uuid:2', uniqueId: '1.2.3', hash: '00', size: 42, availabilityStatus: 'Deprecated' },
    ]);
  });

  it('reads references, an empty list and no list at all', () => {
    expect(readEntries(parsed(queryResponse('<ObjectRef id="urn:uuid:1"/>')))).toEqual([{ entryUuid: 'urn:uuid:1' }]);
    expect(readEntries(parsed(queryResponse('')))).toEqual([]);
    expect(readEntries(parsed(queryResponse('').replace(/<RegistryObjectList>.*List>/, '')))).toEqual([]);
  });

  it.each([
    ['urn:oasis:names:tc:ebxml-regrep:StatusType:Approved', 'Approved'],
    ['urn:oasis:names:tc:ebxml-regrep:StatusType:Deprecated', 'Deprecated'],
    ['urn:asip:ci-sis:2010:StatusType:Deleted', 'Deleted'],
    ['urn:asip:ci-sis:2010:StatusType:Archived', 'Archived'],
    ['urn:oasis:names:tc:ebxml-regrep:StatusType:Submitted', 'other'],
    ['urn:elsewhere:Approved', 'other'],
    ['constructor:', 'other'],
  ])('reads the status %s', (urn, availabilityStatus) => {
    expect(readEntries(parsed(queryResponse(leaf('urn:uuid:1', '1.2', '00', urn))))).toMatchObject([
      { entryUuid: 'urn:uuid:1', availabilityStatus },
    ]);
  });

  it('reads logicalId and version when the registry gives them', () => {
    const versioned = leaf('urn:uuid:2', '1.2', '00')
      .replace('<ExtrinsicObject', '<ExtrinsicObject lid="urn:uuid:1"')
      .replace('</ExtrinsicObject>', '<VersionInfo versionName="3"/></ExtrinsicObject>');
    const [entry] = readEntries(parsed(queryResponse(versioned))) ?? [];
    expect(entry).toMatchObject({ entryUuid: 'urn:uuid:2', logicalId: 'urn:uuid:1', version: 3 });
    const odd = versioned.replace('"3"', '"1.1"');
    expect(readEntries(parsed(queryResponse(odd)))?.[0]?.version).toBeUndefined();
  });

  it('refuses another answer, and one too long', () => {
    expect(readEntries(parsed('<AdhocQueryResponse/>'))).toBeUndefined();
    expect(readEntries(parsed(queryResponse('<ObjectRef id="1"/>'.repeat(1001))))).toBeUndefined();
  });

  it('doubles a quote, so that a value cannot leave its string', () => {
    expect(getDocumentsRequest("1.2') OR ('", 'LeafClass').xml).toContain(">('1.2'') OR (''')<");
  });

  describe('the entry to replace or to delete', () => {
    const entry = (entryUuid: string, rest: Partial<RegistryEntry>): RegistryEntry => ({ entryUuid, ...rest });
    const approved = entry('b', { availabilityStatus: 'Approved', version: 2 });

    it.each<[string, readonly RegistryEntry[], RegistryEntry | undefined]>([
      [
        'the Approved one among versions',
        [entry('a', { availabilityStatus: 'Deprecated' }), approved, entry('c', { availabilityStatus: 'Deleted' })],
        approved,
      ],
      ['the latest of several Approved', [entry('a', { availabilityStatus: 'Approved' }), approved], approved],
      ['none of references', [entry('a', {})], undefined],
      [
        'none once deleted, replaced, archived or odd',
        (['Deleted', 'Deprecated', 'Archived', 'other'] as const).map((availabilityStatus) =>
          entry('a', { availabilityStatus }),
        ),
        undefined,
      ],
      ['none of nothing', [], undefined],
    ])('is %s', (_what, entries, expected) => {
      expect(currentEntry(entries)).toBe(expected);
      expect(currentEntry(entries.toReversed())).toBe(expected);
    });
  });

  describeWithSamples('beside the made sample', () => {
    it('asks the same, and validates', () => {
      const pki = new TestPki();
      const { xml } = getDocumentsRequest('1.2.250.1.213.4.5.3.900.1.1', 'ObjectRef');
      const made = readFileSync(sample('interop', 'xds', 'gen_iti18_getdocuments_td31b_entryuuid.xml'), 'utf8');
      expect(parsed(xml)).toEqual(parsed(made));
      expect(validate(pki, xml, 'ebRS30', 'query.xsd')).toMatchObject({ ok: true });
      pki.remove();
    });
  });
});
