import { readFileSync } from 'node:fs';
import { leaf, queryResponse } from '../testing/answers.js';
import { TestPki } from '../testing/pki.js';
import { describeWithSamples, sample, validate } from '../testing/tools.js';
import { parseXml, type ParsedElement } from '../xml/parse.js';
import { getDocumentsRequest, readEntries } from './get-documents.js';

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

  it('refuses another answer, and one too long', () => {
    expect(readEntries(parsed('<AdhocQueryResponse/>'))).toBeUndefined();
    expect(readEntries(parsed(queryResponse('<ObjectRef id="1"/>'.repeat(1001))))).toBeUndefined();
  });

  it('doubles a quote, so that a value cannot leave its string', () => {
    expect(getDocumentsRequest("1.2') OR ('", 'LeafClass').xml).toContain(">('1.2'') OR (''')<");
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
