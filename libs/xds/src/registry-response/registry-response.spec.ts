import { readFileSync } from 'node:fs';
import { failure, partialSuccess, success } from '../testing/answers.js';
import { describeWithSamples, sample } from '../testing/tools.js';
import { parseXml } from '../xml/parse.js';
import { readRegistryResponse, type RegistryResponse } from './registry-response.js';

function read(xml: string): RegistryResponse | undefined {
  const parsed = parseXml(Buffer.from(xml));
  if (!parsed.ok) throw new Error(parsed.problem);
  return readRegistryResponse(parsed.root);
}

describe('RegistryResponse', () => {
  it('reads the three statuses', () => {
    expect(read(success())).toEqual({ status: 'Success', errors: [] });
    expect(read(partialSuccess())?.status).toBe('PartialSuccess');
    expect(read(failure('XDSNonIdenticalHash'))?.status).toBe('Failure');
  });

  it('reads every error, warnings apart', () => {
    expect(read(failure('A', 'B'))?.errors.map(({ code, severity }) => [code, severity])).toEqual([
      ['A', 'Error'],
      ['B', 'Error'],
    ]);
    expect(read(success('XDSExtraMetadataNotSaved'))?.errors[0]?.severity).toBe('Warning');
  });

  it('makes a code safe to log and bounds what it keeps', () => {
    expect(read(failure('a b&#10;c^1620188850453'))?.errors[0]?.code).toBe('a_b_c_1620188850453');
    expect(read(failure('x'.repeat(500)))?.errors[0]?.code).toHaveLength(100);
    expect(read(failure(...Array.from({ length: 300 }, () => 'A')))?.errors).toHaveLength(100);
  });

  it('has no opinion without a known status', () => {
    expect(read(success().replace('Success', 'Perhaps'))).toBeUndefined();
    expect(read('<RegistryResponse/>')).toBeUndefined();
  });

  describeWithSamples('made samples', () => {
    it.each([
      ['gen_registryresponse_success.xml', { status: 'Success', errors: [] }],
      [
        'gen_registryresponse_failure.xml',
        {
          status: 'Failure',
          errors: [
            {
              code: 'XDSRegistryMetadataError',
              severity: 'Error',
              context: 'Valeur de typeCode inconnue',
              location: '',
            },
          ],
        },
      ],
    ])('%s', (file, expected) => {
      expect(read(readFileSync(sample('interop', 'xds', file), 'utf8'))).toEqual(expected);
    });
  });
});
