import { createHash } from 'node:crypto';
import { aSubmission } from '../testing/fixtures.js';
import { SEAL_SUBJECT, TestPki } from '../testing/pki.js';
import { describeWithSamples, validate } from '../testing/tools.js';
import { DEFAULT_XDS_SETTINGS, type XdsSettings } from '../xds-settings.js';
import { loadSigner, type Signer } from '../xml-signature/signer.js';
import type { SubmissionInput } from '../metadata/input.js';
import { provideAndRegisterRequest } from './request.js';
import { buildSubmission, type FrozenSubmission } from './submission.js';

/** Request with its documents in place of the XOP references, as the schema wants it. */
const whole = (frozen: FrozenSubmission): string =>
  provideAndRegisterRequest(frozen.metadataXml).xml.replace(/<xop:Include[^>]*>/g, 'QQ==');
const sha1 = (bytes: Uint8Array | string): string => createHash('sha1').update(bytes).digest('hex');

describe('building a submission', () => {
  let pki: TestPki;
  let signer: Signer;
  beforeAll(() => {
    pki = new TestPki();
    signer = loadSigner(pki.authority('AC TEST').issue(SEAL_SUBJECT));
  });
  afterAll(() => pki.remove());

  const build = (overrides: Partial<SubmissionInput> = {}, settings: Partial<XdsSettings> = {}): FrozenSubmission => {
    const result = buildSubmission(aSubmission(overrides), signer, { ...DEFAULT_XDS_SETTINGS, ...settings });
    if (!result.ok) throw new Error(JSON.stringify(result.problems));
    return result.value;
  };

  it('gives the same bytes for the same input, and freezes them', () => {
    expect(build()).toEqual(build());
    expect(Object.isFrozen(build())).toBe(true);
  });

  it('declares hash and size of the KOS and of the signature document', () => {
    const frozen = build();
    const { kos } = aSubmission();
    expect(frozen).toMatchObject({ kosHash: sha1(kos.bytes), kosSize: kos.bytes.length, kos: kos.bytes });
    for (const value of [sha1(kos.bytes), String(kos.bytes.length), sha1(frozen.signatureXml)])
      expect(frozen.metadataXml).toContain(`<Value>${value}</Value>`);
    expect(frozen.metadataXml).toContain(`<Value>${Buffer.byteLength(frozen.signatureXml)}</Value>`);
    expect(build({}, { hashCase: 'upper' }).metadataXml).toContain(sha1(kos.bytes).toUpperCase());
    expect(build({}, { hashCase: 'upper' }).kosHash).toBe(sha1(kos.bytes));
  });

  it('replaces by an RPLC association to the entryUUID, and only then', () => {
    const replaces = 'urn:uuid:00000000-0000-4000-8000-000000000001';
    const rplc = 'associationType="urn:ihe:iti:2007:AssociationType:RPLC"';
    expect(build({ replaces }).metadataXml).toContain(
      `${rplc} id="as4" sourceObject="DocumentKOS" targetObject="${replaces}"`,
    );
    expect(build().metadataXml).not.toContain(rplc);
  });

  it('reports what the DMP would refuse, a value too long for ebRIM included', () => {
    const refused = buildSubmission(aSubmission({ legalAuthenticator: undefined }), signer);
    expect(refused).toEqual({ ok: false, problems: [{ field: 'legalAuthenticator', problem: 'missing' }] });
    const long = buildSubmission(aSubmission({ accession: { id: 'A'.repeat(300) } }), signer);
    expect(long).toMatchObject({ ok: false, problems: [{ field: 'referenceIdList', problem: 'too-long' }, {}] });
  });

  describeWithSamples('against the XDS schemas', () => {
    const hostile = `É & <b> "x" 'y' ^|~\\ ]]>\u0000`;
    it.each<[string, Partial<SubmissionInput>, Partial<XdsSettings>]>([
      ['a first publication', {}, {}],
      ['a replacement', { replaces: 'urn:uuid:00000000-0000-4000-8000-000000000001' }, {}],
      ['hidden from all', { visibility: { masquePs: true, invisiblePatient: true, invisibleRepresentants: true } }, {}],
      [
        'the least there may be',
        { accession: undefined, order: undefined, patientClass: undefined, author: undefined },
        {},
      ],
      [
        'the other settings',
        {},
        {
          authorMode: 'cda',
          eventCodeScheme: 'ci-sis',
          studyUidAuthority: null,
          hashCase: 'upper',
          signatureAlgorithms: 'rsa-sha1',
        },
      ],
      [
        'hostile names',
        {
          structure: { id: '1990000001', name: hostile },
          legalAuthenticator: { id: '8^9&7', family: hostile, given: hostile },
          patient: { ...aSubmission().patient, birthFamily: hostile, usedFamily: hostile, ipp: { value: 'I^P&P|1' } },
          accession: { id: 'A^C&N', authority: '1.2' },
        },
        {},
      ],
    ])('%s validates', (_what, input, settings) => {
      const frozen = build(input, settings);
      expect(validate(pki, frozen.metadataXml, 'ebRS30', 'lcm.xsd')).toMatchObject({ ok: true });
      expect(validate(pki, whole(frozen), 'IHE', 'IHEXDSB.xsd')).toMatchObject({ ok: true });
    });
  });
});
