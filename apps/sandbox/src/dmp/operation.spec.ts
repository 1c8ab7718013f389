import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { operationIn, concernedBy } from './operation.js';
import { Registry } from './registry.js';
import { checkSchema } from './schema-check.js';
import { checkUpdate } from './update-document-set.js';
import { parseXml } from './xml.js';
import type { Element } from './xml.js';

const repository = join(import.meta.dirname, '../../../..');
const samples = process.env.DRIMBOX_SAMPLES ?? join(repository, '../shared/samples');
const folder = join(samples, 'interop/xds');
const xsdDir = join(samples, 'interop/xds-xsd');
const suite = existsSync(folder) ? describe : describe.skip;

const NOW = new Date('2026-01-02T09:16:00Z');
const TARGET = 'urn:uuid:00000000-0000-4000-8000-000000000001';
const PATIENT = '279035121518989^^^&1.2.250.1.213.1.4.10&ISO^NH';

suite('the sample requests', () => {
  const read = (name: string): Element => {
    const parsed = parseXml(readFileSync(join(folder, name)));
    if (!parsed.ok) throw new Error(parsed.reason);
    return parsed.root;
  };

  const VIHF = { structure: '101235555', patientId: PATIENT, subject: '801234560801' };

  it('deletion: a correct TD3.3c of the author', async () => {
    const request = read('gen_iti57_td33c_delete.xml');
    expect(await checkSchema(request, xsdDir, 'ebRS30/lcm.xsd')).toEqual({ schema: 'valid' });
    expect(checkUpdate(request, { vihf: VIHF, now: NOW })).toEqual({
      ok: true,
      value: {
        submissionSetUniqueId: '1.2.250.1.213.4.5.3.2.9',
        entryUuid: TARGET,
        patientId: PATIENT,
        structure: '101235555',
      },
    });
  });

  it('replacement: names its documents and the replaced entry', async () => {
    const request = read('gen_iti41_kos_rplc.xml');
    expect(await checkSchema(request, xsdDir, 'IHE/IHEXDSB.xsd')).toEqual({ schema: 'valid' });
    expect(concernedBy(request, new Registry(undefined))).toEqual({
      uniqueIds: ['1.2.250.1.213.4.5.3.900.1.1', '1.2.250.1.213.4.5.3.3.1'],
      entryUuids: [TARGET],
    });
  });
});

describe('the operation of a request', () => {
  it.each([
    ['urn:ihe:iti:2007:RegistryStoredQuery', 'query'],
    ['urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b', 'publish'],
    ['urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b urn:ihe:iti:2007:AssociationType:RPLC', 'replace'],
    ['urn:ihe:iti:2010:UpdateDocumentSet urn:asip:ci-sis:2010:StatusType:Deleted', 'delete'],
    ['urn:ihe:iti:2010:UpdateDocumentSet urn:asip:ci-sis:2010:StatusType:Archived', 'update'],
    ['urn:ihe:iti:2007:RetrieveDocumentSet', undefined],
  ])('%s → %s', (body, operation) => {
    expect(operationIn(Buffer.from(body))).toBe(operation);
  });

  it('shows only what has the form of an identifier, and no more than the limit', () => {
    const value = (text: string): Element => ({ ns: '', name: 'Value', attributes: {}, children: [], text });
    const slot = (name: string, text: string): Element => ({
      ...value(''),
      attributes: { name },
      children: [value(text)],
    });
    const many = Array.from({ length: 40 }, (_, index) => `'1.2.${index}'`).join();
    const payload = {
      ...value(''),
      children: [
        slot('$XDSDocumentEntryUniqueId', `('PAT-TROIS^DOMINIQUE',${many})`),
        slot('$XDSDocumentEntryEntryUUID', `('${TARGET}','urn:uuid:x')`),
      ],
    };
    const { uniqueIds, entryUuids } = concernedBy(payload, new Registry(undefined));
    expect(uniqueIds).toHaveLength(16);
    expect(uniqueIds[0]).toBe('1.2.0');
    expect(entryUuids).toEqual([TARGET]);
  });
});
