import { readKosIdentity } from './kos-file.js';
import { correctFacts, makeKos } from './reference-client.js';
import type { Facts } from './reference-metadata.js';

describe('KOS reader', () => {
  let facts: Facts;
  let explicit: Buffer;
  beforeAll(async () => {
    facts = correctFacts({ structure: '1750000010', name: 'X', seal: { certificate: '', key: '' }, authorities: '' });
    explicit = await makeKos(facts);
  });

  it.each([false, true])('reads what the registry compares (implicit: %s)', async (implicit) => {
    expect(readKosIdentity(implicit ? await makeKos(facts, true) : explicit)).toEqual({
      ok: true,
      value: {
        sopClassUid: '1.2.840.10008.5.1.4.1.1.88.59',
        sopInstanceUid: facts.kosUid,
        studyInstanceUid: facts.studyUid,
        patientId: facts.ins,
      },
    });
  });

  it('never throws on a file that is cut or bent anywhere', () => {
    for (let length = 0; length < explicit.length; length += 1) readKosIdentity(explicit.subarray(0, length));
    for (let at = 132; at < explicit.length; at += 1) {
      const bent = Buffer.from(explicit);
      bent[at] = 0xff;
      const read = readKosIdentity(bent);
      expect(read.ok ? typeof read.value.patientId : read.problem).toEqual(expect.any(String));
    }
  });

  it('refuses another transfer syntax', () => {
    const deflated = Buffer.from(
      explicit.toString('latin1').replace('1.2.840.10008.1.2.1\0', '1.2.840.10008.1.2.2\0'),
      'latin1',
    );
    expect(readKosIdentity(deflated)).toEqual({ ok: false, problem: 'transfer syntax is not little endian' });
  });
});
