import type { JsonDataset } from '@drimbox/dicom';
import { IDENTITY } from '../testing/facts.for-spec.js';
import { catalogueOf, seriesListOf } from './catalogue.js';
import { OpaqueIds } from './opaque-ids.js';
import { viewHead } from './view-head.js';

const ids = new OpaqueIds(Buffer.from('view a'));

describe('the series of an exam', () => {
  const catalogue = catalogueOf(IDENTITY, ids);

  it('are listed key images first, documents apart, a Key Object not at all', () => {
    expect(seriesListOf(catalogue).series.map(({ kind, modality, instances }) => [kind, modality, instances])).toEqual([
      ['key-images', 'CT', 1],
      ['images', 'CT', 2],
      ['other', 'SR', 1],
    ]);
  });

  it('carry ids that say nothing, are the same for the same object, and others in another view', () => {
    const listed = JSON.stringify(seriesListOf(catalogue));
    expect(listed).not.toContain('1.2.3');
    const [key, whole] = catalogue;
    expect([...(key?.instances.keys() ?? [])].every((id) => whole?.instances.has(id))).toBe(true);
    const other = catalogueOf(IDENTITY, new OpaqueIds(Buffer.from('view b')));
    expect(other[0]?.info.id).not.toBe(key?.info.id);
  });
});

describe('a head', () => {
  const model: JsonDataset = {
    '00080016': { vr: 'UI', Value: ['1.2.840.10008.5.1.4.1.1.2'] },
    '00080018': { vr: 'UI', Value: ['1.2.3.1.1'] },
    '00080050': { vr: 'SH', Value: ['A1'] },
    '00080060': { vr: 'CS', Value: ['CT'] },
    '00080090': { vr: 'PN', Value: [{ Alphabetic: 'DOC^TOR' }] },
    '00090010': { vr: 'LO', Value: ['PRIVATE'] },
    '00100010': { vr: 'PN', Value: [{ Alphabetic: 'PAT-TROIS^DOMINIQUE' }] },
    '00100020': { vr: 'LO', Value: ['279035121518989'] },
    '00101010': { vr: 'AS', Value: ['046Y'] },
    '00200052': { vr: 'UI', Value: ['1.2.3.77'] },
    '00081140': {
      vr: 'SQ',
      Value: [{ '00081155': { vr: 'UI', Value: ['1.2.3.1.2'] }, '00100010': { vr: 'PN', Value: [] } }],
    },
    '0040A730': { vr: 'SQ', Value: [{ '0040A123': { vr: 'PN', Value: [{ Alphabetic: 'OBSERVER' }] } }] },
    '00281201': { vr: 'OW', InlineBinary: 'A'.repeat(120_000) },
    '00420011': { vr: 'OB', InlineBinary: 'AAAA' },
    '00880200': { vr: 'OB', InlineBinary: 'A'.repeat(120_000) },
    '60023000': { vr: 'OW', InlineBinary: 'A'.repeat(120_000) },
    '60203000': { vr: 'OW', InlineBinary: 'A'.repeat(120_000) },
  };
  const head = viewHead(model, ids);

  it('holds no trait, no name, no identifier, no private or large value', () => {
    expect(JSON.stringify(head)).not.toMatch(/PAT-TROIS|2790351|DOC|"A1"|PRIVATE|1\.2\.3\./);
    expect(Object.keys(head)).toEqual(
      [
        '00080016',
        '00080018',
        '00080060',
        '00101010',
        '00200052',
        '00081140',
        '0040A730',
        '00281201',
        '60023000',
      ].toSorted((a, b) => Object.keys(model).indexOf(a) - Object.keys(model).indexOf(b)),
    );
  });

  // Admission, service episode, procedure and trial ids, a referring physician's telephone, where the patient lies.
  it.each(['00380010', '00380060', '00401001', '00400253', '00400009', '00120040', '00120042', '00080094', '00380300'])(
    'holds no other way to the patient: %s',
    (tag) => {
      const attribute = { vr: 'LO' as const, Value: ['SECRET'] };
      const within: JsonDataset = { '00081140': { vr: 'SQ', Value: [{ [tag]: attribute }] } };
      expect(JSON.stringify(viewHead({ [tag]: attribute, ...within }, ids))).not.toContain('SECRET');
    },
  );

  it('keeps what is equal equal, and the content of a structured report whole', () => {
    expect(head['00080016']?.Value).toEqual(['1.2.840.10008.5.1.4.1.1.2']);
    expect(head['00080018']?.Value).toEqual([ids.of('1.2.3.1.1')]);
    expect(head['00081140']?.Value).toEqual([{ '00081155': { vr: 'UI', Value: [ids.of('1.2.3.1.2')] } }]);
    expect(JSON.stringify(head['0040A730'])).toContain('OBSERVER');
  });
});
