import type { RegistryError } from '../registry-response/registry-response.js';
import { fromFailure, fromFault, fromStatus } from './outcome.js';

const error = (code: string, severity: 'Error' | 'Warning' = 'Error'): RegistryError => ({
  code,
  severity,
  context: '',
  location: '',
});
const failed = (...codes: readonly string[]): ReturnType<typeof fromFailure> =>
  fromFailure({ status: 'Failure', errors: codes.map((code) => error(code)) });

describe('what an answer of the DMP means', () => {
  it.each([
    ['XDSDuplicateUniqueIdInRegistry', 'duplicate-same'],
    ['XDSNonIdenticalHash', 'duplicate-other'],
    ['XDSDocumentUniqueIdError', 'metadata'],
    ['XDSUnknownPatientId', 'patient'],
    ['XDSPatientIdDoesNotMatch', 'patient'],
    ['XDSRegistryMetadataError', 'metadata'],
    ['XDSMissingDocument', 'metadata'],
    ['urn:dmp:XDSRepositoryMetadataError', 'metadata'],
    ['DMPInvalidVIHF', 'vihf'],
    ['XDSReplaceFailed', 'stale-target'],
    ['urn:dmp:XDSReplaceFailed', 'stale-target'],
    ['UnresolvedReferenceException', 'stale-target'],
    ['XDSRegistryDeprecatedDocumentError', 'stale-target'],
    ['XDSMetadataUpdateError', 'stale-target'],
    ['XDSMetadataVersionError', 'stale-target'],
    ['XDSMetadataUpdateOperationError', 'metadata'],
    ['XDSMetadataIdentifierError', 'metadata'],
    ['XDSPatientIDReconciliationError', 'patient'],
    ['XDSRegistryError', 'other'],
    ['constructor', 'other'],
  ])('%s refuses: %s', (code, kind) => {
    expect(failed(code)).toMatchObject({ outcome: 'refused', kind, codes: [code] });
  });

  it('a Failure without an error is still a refusal', () => {
    expect(failed()).toMatchObject({ outcome: 'refused', kind: 'other', codes: [] });
  });

  it('is busy only when nothing else is said', () => {
    expect(failed('XDSRegistryBusy', 'XDSRepositoryBusy')).toEqual({
      outcome: 'busy',
      codes: ['XDSRegistryBusy', 'XDSRepositoryBusy'],
    });
    expect(failed('XDSRegistryBusy', 'XDSUnknownPatientId')).toMatchObject({ outcome: 'refused', kind: 'patient' });
  });

  it('a duplicate is the same document only when nothing else is wrong', () => {
    expect(failed('XDSDuplicateUniqueIdInRegistry', 'XDSNonIdenticalHash')).toMatchObject({ kind: 'duplicate-other' });
    expect(failed('XDSDuplicateUniqueIdInRegistry', 'XDSRegistryMetadataError')).toMatchObject({ kind: 'metadata' });
    const warned = fromFailure({
      status: 'Failure',
      errors: [error('XDSDuplicateUniqueIdInRegistry'), error('XDSRegistryMetadataError', 'Warning')],
    });
    expect(warned).toMatchObject({ kind: 'duplicate-same' });
  });

  it.each([
    // A replacement sent twice: the first has deprecated the target.
    [['XDSReplaceFailed', 'XDSDuplicateUniqueIdInRegistry'], 'duplicate-same'],
    [['XDSReplaceFailed', 'XDSNonIdenticalHash'], 'duplicate-other'],
    [['XDSMetadataUpdateError', 'XDSPatientIDReconciliationError'], 'patient'],
    [['XDSReplaceFailed', 'XDSRegistryMetadataError'], 'metadata'],
    [['XDSReplaceFailed', 'DmpUnlisted'], 'other'],
    [['XDSReplaceFailed', 'XDSRegistryBusy'], 'stale-target'],
  ])('a target is worth another look only when nothing else is wrong: %j', (codes, kind) => {
    expect(failed(...codes)).toMatchObject({ outcome: 'refused', kind });
    expect(failed(...codes.toReversed())).toMatchObject({ outcome: 'refused', kind });
  });

  it.each([
    [
      { code: 'Sender', subcodes: ['FailedAuthentication'], reason: '' },
      { outcome: 'refused', kind: 'vihf' },
    ],
    [
      { code: 'Receiver', subcodes: [], reason: 'Le VIHF est invalide' },
      { outcome: 'refused', kind: 'vihf' },
    ],
    [
      { code: 'Sender', subcodes: [], reason: 'bad header' },
      { outcome: 'refused', kind: 'other' },
    ],
    [
      { code: 'Receiver', subcodes: [], reason: 'Internal error' },
      { outcome: 'unknown', cause: 'soap:Receiver' },
    ],
    [
      { code: '', subcodes: [], reason: '' },
      { outcome: 'refused', kind: 'other' },
    ],
  ])('a fault: %j', (fault, expected) => {
    expect(fromFault(fault)).toMatchObject(expected);
  });

  it.each([
    [503, { outcome: 'busy', codes: ['http:503'] }],
    [429, { outcome: 'busy', codes: ['http:429'] }],
    [404, { outcome: 'refused', kind: 'other', codes: ['http:404'] }],
    [302, { outcome: 'refused', kind: 'other' }],
    [408, { outcome: 'unknown' }],
    [500, { outcome: 'unknown', cause: 'http:500 not-soap' }],
    [502, { outcome: 'unknown' }],
    [504, { outcome: 'unknown' }],
    [200, { outcome: 'unknown', cause: 'http:200 not-soap' }],
  ])('an unreadable body under HTTP %i', (status, expected) => {
    expect(fromStatus(status, { kind: 'unreadable', reason: 'not-soap' })).toMatchObject(expected);
  });
});
