import { exportJWK, generateKeyPair } from 'jose';
import type { JWK } from 'jose';
import { fakeFetch } from '../testing/fake-fetch.js';
import { RemoteKeySet } from './key-set.js';

describe('keys of a provider', () => {
  let now = 1_000_000;
  let served: JWK[] | undefined;
  let first: JWK;
  let second: JWK;

  beforeAll(async () => {
    const make = async (kid: string): Promise<JWK> => ({
      ...(await exportJWK((await generateKeyPair('ES256', { extractable: true })).publicKey)),
      kid,
    });
    [first, second] = await Promise.all([make('one'), make('two')]);
  });
  beforeEach(() => {
    served = [first];
  });

  const open = (): { keys: RemoteKeySet; asked: string[] } => {
    const { fetch, asked } = fakeFetch(() => served && { keys: served });
    return { keys: new RemoteKeySet({ url: async () => 'https://op.test/certs', fetch, now: () => now }), asked };
  };
  const find = async (keys: RemoteKeySet, kid: string): Promise<string> => {
    const found = await keys.find({ alg: 'ES256', kid });
    return found.ok ? 'ok' : found.kind;
  };

  it('is fetched once, by all who ask at once', async () => {
    const { keys, asked } = open();
    expect(await Promise.all([find(keys, 'one'), find(keys, 'one')])).toEqual(['ok', 'ok']);
    expect(await find(keys, 'one')).toBe('ok');
    expect(asked).toHaveLength(1);
  });

  it('is fetched again for a key it does not hold (rotation), but not at each forged kid', async () => {
    const { keys, asked } = open();
    await find(keys, 'one');
    now += 11_000;
    served = [first, second];
    expect(await find(keys, 'two')).toBe('ok');
    for (let forged = 0; forged < 50; forged += 1) expect(await find(keys, `forged-${forged}`)).toBe('unknown-key');
    expect(asked).toHaveLength(2);
  });

  it('forgets a key that was taken back', async () => {
    const { keys } = open();
    await find(keys, 'one');
    served = [second];
    now += 600_000;
    expect(await find(keys, 'one')).toBe('unknown-key');
  });

  it('says that keys are away', async () => {
    served = undefined;
    expect(await find(open().keys, 'one')).toBe('keys-unreachable');
  });
});
