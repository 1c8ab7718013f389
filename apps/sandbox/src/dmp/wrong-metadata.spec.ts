import { hoursAway, onAssertion, onKos, onSet, slotValue, swap, withoutSlot } from './reference-bends.js';
import type { Bends } from './reference-client.js';
import { createWorld, lastLine, OTHER_STRUCTURE, STRUCTURE, submit, uniqueIdsOf } from './reference-world.js';
import type { World } from './reference-world.js';

const TRAITS = /279035121518989|PAT-TROIS|DOMINIQUE|19790328/;
const localTime = hoursAway(1).replace(/\D/g, '').slice(0, 14);

/** The confidentiality codes with N after the flag. */
const flagFirst: Bends = {
  facts: { confidentiality: ['MASQUE_PS'] },
  ...onKos(
    swap(
      /(<Classification [^>]*"N">.*?<\/Classification>)(<Classification [^>]*"MASQUE_PS">.*?<\/Classification>)/,
      '$2$1',
    ),
  ),
};

describe('the sandbox DMP refuses metadata', () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld();
  });
  afterAll(() => world.dmp.stop());

  it.each<[string, RegExp, Bends]>([
    ['no hash', /hash/, onKos(withoutSlot('hash'))],
    ['no size', /size/, onKos(withoutSlot('size'))],
    ['no creationTime', /creationTime/, onKos(withoutSlot('creationTime'))],
    ['creationTime in local time', /local time/, onKos(slotValue('creationTime', localTime))],
    ['creationTime with an offset', /UTC/, onKos(slotValue('creationTime', '20260102090000+0100'))],
    ['creationTime that is no date', /UTC/, onKos(slotValue('creationTime', '20261302090000'))],
    ['no languageCode', /languageCode/, onKos(withoutSlot('languageCode'))],
    ['no legalAuthenticator', /legalAuthenticator/, onKos(withoutSlot('legalAuthenticator'))],
    ['no serviceStartTime', /serviceStartTime/, onKos(withoutSlot('serviceStartTime'))],
    ['no sourcePatientId', /sourcePatientId/, onKos(withoutSlot('sourcePatientId'))],
    ['no sourcePatientInfo', /sourcePatientInfo/, onKos(withoutSlot('sourcePatientInfo'))],
    ['no accession number', /accession/, onKos(swap('2013:accession', '2013:order'))],
    ['wrong typeCode', /typeCode/, onKos(swap('"IMG-KOS"', '"18748-4"'))],
    ['typeCode of another system', /typeCode/, onKos(swap('1.2.250.1.213.1.1.4.12', '2.16.840.1.113883.6.1'))],
    ['wrong classCode', /classCode/, onKos(swap('nodeRepresentation="31"', 'nodeRepresentation="11"'))],
    ['wrong formatCode', /formatCode/, onKos(swap('1.1.88.59"', '1.1.88.11"'))],
    ['wrong mimeType', /mimeType/, onKos(swap('application/dicom', 'application/pdf'))],
    ['wrong objectType', /objectType/, onKos(swap('7edca82f', '34268e47'))],
    ['no title', /title/, onKos(swap(/<Name>.*?<\/Name>/, ''))],
    ['N that is not first', /N first/, flagFirst],
    ['unknown confidentiality flag', /N first/, { facts: { confidentiality: ['SECRET'] } }],
    ['no modality', /modality/, onKos(swap('1.2.250.1.213.1.1.5.618', '1.2.250.1.213.1.1.5.695'))],
    ['no practiceSettingCode', /practiceSettingCode/, onKos(swap('"AMBULATOIRE"', '""'))],
    ['wrong facility type', /healthcareFacilityTypeCode/, onKos(swap('"SA08"', '"08"'))],
    ['no author person', /author/, onKos(withoutSlot('authorPerson'))],
    ['author institution that is no XON', /author/, onKos(swap('IDNST', 'XX'))],
    ['a slot twice', /twice/, onKos(swap(/<Slot name="hash">.*?<\/Slot>/, '$&$&'))],
    [
      'classification of another object',
      /another object/,
      onKos(swap('classifiedObject="DocumentKOS"', 'classifiedObject="X"')),
    ],
    ['no contentTypeCode', /contentTypeCode/, onSet(swap('1.2.250.1.213.2.2', '1.2.3'))],
    ['no submissionTime', /submissionTime/, onSet(withoutSlot('submissionTime'))],
    ['package that is no submission set', /classificationNode/, onSet(swap('a54d6aa5', 'd9d542f3'))],
    ['no HasMember', /HasMember/, onSet(swap(/<Association .*?<\/Association>/, ''))],
    ['HasMember by reference', /HasMember/, onSet(swap('>Original<', '>Reference<'))],
    ['no signs association', /signs/, onSet(swap('AssociationType:signs', 'AssociationType:APND'))],
    [
      'no signature entry',
      /signature entry/,
      onSet(swap(/<ExtrinsicObject id="Signature01".*?<\/ExtrinsicObject>/, '')),
    ],
    [
      'VIHF structure that is no author of the document',
      /EX_2\.1-1140/,
      onKos(swap(`^^^${STRUCTURE}`, `^^^${OTHER_STRUCTURE}`)),
    ],
    [
      'VIHF structure that is no author of the set',
      /EX_2\.1-1140/,
      onSet(swap(`^^^${STRUCTURE}`, `^^^${OTHER_STRUCTURE}`)),
    ],
  ])('%s', async (_name, context, bends) => {
    const reply = await submit(world, bends);
    expect(reply.status).toBe(200);
    expect(reply.text).toContain('ResponseStatusType:Failure');
    expect(new Set(reply.codes)).toEqual(new Set(['XDSRegistryMetadataError']));
    const { verdict, contexts } = await lastLine(world);
    expect(verdict).toBe('refused');
    expect(contexts.join('\n')).toMatch(context);
    expect(contexts.join('\n')).not.toMatch(TRAITS);
    expect(await uniqueIdsOf(world)).toEqual([]);
  });

  it('tells every metadata fault at once', async () => {
    const { codes } = await submit(
      world,
      onKos((xml) => withoutSlot('languageCode')(withoutSlot('sourcePatientId')(xml))),
    );
    expect(codes).toHaveLength(2);
  });

  it.each<[string, string, Bends]>([
    ['patientId that is not the VIHF resource-id', 'XDSPatientIdDoesNotMatch', onAssertion('518989', '518988')],
    ['production INS', 'XDSUnknownPatientId', { facts: { insOid: '1.2.250.1.213.1.4.8' } }],
    ['INS of an unknown authority', 'XDSUnknownPatientId', { facts: { insOid: '1.2.3' } }],
  ])('%s → %s', async (_name, code, bends) => {
    const reply = await submit(world, bends);
    expect(reply.codes).toEqual([code]);
    expect(await uniqueIdsOf(world)).toEqual([]);
  });
});
