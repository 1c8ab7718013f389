import { createHash } from 'node:crypto';
import type { SubmissionInput } from '../metadata/input.js';
import { REPLACED_ENTRY } from '../metadata/entry-uuid.js';
import { aSubmission } from '../testing/fixtures.js';
import { registryObjects } from '../testing/flatten.js';
import { SEAL_SUBJECT, TestPki, type TestAuthority } from '../testing/pki.js';
import { describeWithSamples, validate, verify } from '../testing/tools.js';
import { loadSigner, type Signer } from '../xml-signature/signer.js';
import { awaitsReplacedEntry, withReplacedEntry } from './replaced-entry.js';
import { buildSubmission, type FrozenSubmission } from './submission.js';

const ENTRY = 'urn:uuid:00000000-0000-4000-8000-000000000001';
const LATER = 'urn:uuid:00000000-0000-4000-8000-000000000002';
/** What would pass for the pending target were it not escaped. */
const HOSTILE = `x" targetObject="${REPLACED_ENTRY}"/><Association targetObject="${REPLACED_ENTRY}"/>`;

describe('a replacement whose target is looked up at each send', () => {
  let pki: TestPki;
  let authority: TestAuthority;
  let signer: Signer;
  beforeAll(() => {
    pki = new TestPki();
    authority = pki.authority('AC TEST');
    signer = loadSigner(authority.issue(SEAL_SUBJECT));
  });
  afterAll(() => pki.remove());

  const freeze = (overrides: Partial<SubmissionInput> = {}): FrozenSubmission => {
    const built = buildSubmission(aSubmission({ replaces: REPLACED_ENTRY, ...overrides }), signer);
    if (!built.ok) throw new Error(JSON.stringify(built.problems));
    return built.value;
  };
  const target = (metadataXml: string, entryUuid: string): string => {
    const result = withReplacedEntry(metadataXml, entryUuid);
    if (!result.ok) throw new Error(result.problem);
    return result.value;
  };

  it('sends what would have been frozen had the entryUUID been known, each time anew', () => {
    const { metadataXml } = freeze();
    // The signature document depends on no target either, so that nothing else may differ.
    for (const entry of [ENTRY, LATER])
      expect(target(metadataXml, entry)).toBe(freeze({ replaces: entry }).metadataXml);
    expect(awaitsReplacedEntry(metadataXml)).toBe(true);
    expect(awaitsReplacedEntry(target(metadataXml, ENTRY))).toBe(false);
  });

  it('changes the target of the RPLC association and nothing else', () => {
    const { metadataXml } = freeze();
    const sent = target(metadataXml, ENTRY);
    expect(sent.replace(ENTRY, REPLACED_ENTRY)).toBe(metadataXml);
    expect(sent).toContain(
      `<Association associationType="urn:ihe:iti:2007:AssociationType:RPLC" id="as4" sourceObject="DocumentKOS" targetObject="${ENTRY}"/>`,
    );
  });

  it('leaves the signature valid, by xmlsec1, over the KOS and under the submission set that are sent', () => {
    const frozen = freeze();
    const sent = target(frozen.metadataXml, ENTRY);
    expect(verify(pki, frozen.signatureXml, authority.file)).toMatchObject({ ok: true });
    const signed = [...frozen.signatureXml.matchAll(/<Reference URI="(urn:oid:[\d.]+)">.*?<DigestValue>([^<]*)</g)];
    expect(signed.map(([, uri, digest]) => [uri, digest])).toEqual([
      [`urn:oid:${frozen.submissionSetUniqueId}`, 'AA=='],
      [`urn:oid:${frozen.kosUniqueId}`, createHash('sha256').update(frozen.kos).digest('base64')],
    ]);
    const objects = registryObjects(sent);
    expect(objects['entry Signature01 hash']).toEqual([createHash('sha1').update(frozen.signatureXml).digest('hex')]);
    expect(
      objects['set SubmissionSet01 urn:uuid:96fdda7c-d067-4183-912e-bf5ee74998a8 XDSSubmissionSet.uniqueId'],
    ).toEqual([frozen.submissionSetUniqueId]);
  });

  it.each([
    ['nothing', ''],
    ['an id without its urn', '00000000-0000-4000-8000-000000000001'],
    ['the pending target itself', REPLACED_ENTRY],
    ['markup', `${ENTRY}"/><Association targetObject="x`],
    ['a line end', `${ENTRY}\n`],
    ['a replacement pattern', '$&'],
    ['a uniqueId', 'urn:oid:1.2.3'],
  ])('refuses %s as an entryUUID', (_what, entryUuid) => {
    expect(withReplacedEntry(freeze().metadataXml, entryUuid)).toEqual({ ok: false, problem: 'invalid-entry-uuid' });
  });

  it('refuses metadata that replaces nothing, that already names its target, or that would name it twice', () => {
    const pending = freeze().metadataXml;
    for (const metadataXml of ['', freeze({ replaces: undefined }).metadataXml, target(pending, ENTRY)])
      expect(withReplacedEntry(metadataXml, LATER)).toEqual({ ok: false, problem: 'no-pending-replacement' });
    const twice = pending.replace(/(<Association [^>]*targetObject="ReplacedEntry"\/>)/, '$1$1');
    expect(twice).not.toBe(pending);
    expect(withReplacedEntry(twice, ENTRY)).toEqual({ ok: false, problem: 'several-pending-replacements' });
  });

  it('takes no value from outside for the target', () => {
    const hostile: Partial<SubmissionInput> = {
      structure: { id: '1990000001', name: HOSTILE },
      accession: { id: HOSTILE, authority: HOSTILE },
      study: { ...aSubmission().study, acts: [{ code: HOSTILE, system: HOSTILE, display: HOSTILE }] },
      patient: { ...aSubmission().patient, birthFamily: HOSTILE },
    };
    const sent = target(freeze(hostile).metadataXml, ENTRY);
    expect(sent).toBe(freeze({ ...hostile, replaces: ENTRY }).metadataXml);
    expect(sent.split(ENTRY)).toHaveLength(2);
    expect(awaitsReplacedEntry(freeze({ ...hostile, replaces: undefined }).metadataXml)).toBe(false);
  });

  describeWithSamples('against the XDS schemas', () => {
    it('validates, frozen and sent', () => {
      const { metadataXml } = freeze();
      for (const xml of [metadataXml, target(metadataXml, ENTRY)])
        expect(validate(pki, xml, 'ebRS30', 'lcm.xsd')).toMatchObject({ ok: true });
    });
  });
});
