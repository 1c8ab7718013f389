import { readKos } from '@drimbox/dicom';
import { aReport, aStudy, REGISTRY } from '../testing/fixtures.js';
import { kosOfStudy, type KosSources } from './kos-of-study.js';

const settings = {
  kosUidRoot: '2.25',
  kosCharset: 'auto',
  kosTransferSyntax: 'explicit',
  kosManufacturer: 'DRIMbox',
  kosTimeZone: 'Europe/Paris',
} as const;

const sources = (over: Partial<KosSources> = {}): KosSources => ({
  report: aReport(),
  study: aStudy(),
  order: aReport().orders[0]!,
  link: REGISTRY.sites[0]!.pacsLinks[0]!,
  structure: REGISTRY.sites[0]!.structures[0]!,
  instanceNumber: 1,
  now: new Date('2026-01-02T10:15:00Z'),
  ...over,
});

describe('the KOS of a study', () => {
  it('counts its versions by Instance Number', () => {
    const read = readKos(kosOfStudy(sources({ instanceNumber: 3 }), settings).bytes);
    expect(read).toMatchObject({ ok: true, value: { instanceNumber: 3 } });
  });

  it('references every instance by the retrieve address of its series', () => {
    const kos = kosOfStudy(sources(), settings);
    const read = readKos(kos.bytes);
    expect(read).toMatchObject({
      ok: true,
      value: {
        sopInstanceUid: kos.uid,
        studyUid: '1.2.250.1.213.4.5.2.1.901',
        patient: { id: '279035121518989' },
        series: [
          {
            uid: '1.2.250.1.213.4.5.2.2.901.1',
            retrieveUrl:
              'https://db1.990.mesimagesmedicales.fr/drim-so/v1/rs/studies/1.2.250.1.213.4.5.2.1.901/series/1.2.250.1.213.4.5.2.2.901.1',
          },
        ],
      },
    });
    expect(kos.summary).toEqual({
      series: 1,
      objects: [{ modality: 'MR', sopClass: '1.2.840.10008.5.1.4.1.1.4', instances: 2 }],
    });
  });

  it('has a new uid each time', () => {
    expect(kosOfStudy(sources(), settings).uid).not.toBe(kosOfStudy(sources(), settings).uid);
  });

  it('is built without an order, too', () => {
    expect(readKos(kosOfStudy(sources({ order: {} }), settings).bytes)).toMatchObject({ ok: true });
  });
});
