import { buildKos, newUid, readKos, seriesRetrieveUrl } from '@drimbox/dicom';

/** A manifest of one study for a national test identity. `root`: a UID root of one's own. */
export function manifestOf(
  study: string,
  series: string,
  image: { sopClass: string; sopInstance: string },
  root: string,
): Buffer {
  return buildKos({
    sopInstanceUid: newUid(root),
    seriesUid: newUid(root),
    created: new Date(),
    manufacturer: 'DRIMBOX',
    institution: { name: 'Centre de radiologie de test', id: '1990000001' },
    patient: {
      ins: { value: '279035121518989', oid: '1.2.250.1.213.1.4.10' },
      birthFamily: 'PAT-TROIS',
      birthGivens: ['DOMINIQUE'],
      birthDate: '19790328',
      sex: 'F',
    },
    study: {
      uid: study,
      date: '20260105',
      time: '101500',
      description: 'Scanner',
      id: '101',
      referringPhysician: '',
      act: 'Scanner',
    },
    orders: [{ accession: { value: 'ACN101', oid: '1.2.250.1.213.4.5.2.5' } }],
    series: [
      {
        uid: series,
        modality: 'CT',
        number: 1,
        description: 'Série 1',
        retrieveUrl: seriesRetrieveUrl('https://db1.990.mesimagesmedicales.fr/drim-so/v1/rs', study, series),
        instances: [image],
      },
    ],
  });
}

/** Where the images of a manifest are to be had; the reason when it is none. */
export function addressesIn(file: Buffer): readonly (string | undefined)[] | string {
  const read = readKos(file);
  return read.ok ? read.value.series.map(({ retrieveUrl }) => retrieveUrl) : read.reason;
}
