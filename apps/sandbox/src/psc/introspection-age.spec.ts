import { desk } from '../oidc/world.for-spec.js';
import { IntrospectionWorld, kindOf } from './introspection-world.for-spec.js';

describe('age of an answer of the sandbox Pro Santé Connect', () => {
  const world = new IntrospectionWorld();

  it('answers for at most 30 s without asking', async () => {
    let now = Date.now();
    const one = world.checker({ now: () => now });
    const token = await desk.token(world.psc, 'radiologue');
    const before = await world.asked();
    expect(kindOf(await one.check(token))).toBe('ok');
    now += 29_000;
    expect(kindOf(await one.check(token))).toBe('ok');
    expect(await world.asked()).toBe(before + 1);
    await desk.revoke(world.psc, { token });
    now += 1_000;
    expect(kindOf(await one.check(token))).toBe('inactive');
    expect(await world.asked()).toBe(before + 2);
  });

  it('is never over the end of the token', async () => {
    let now = Date.now();
    const one = world.checker({ now: () => now });
    const token = await desk.token(world.psc, 'radiologue', { seconds: 10 });
    const before = await world.asked();
    expect(kindOf(await one.check(token))).toBe('ok');
    now += 12_000;
    await one.check(token);
    expect(await world.asked()).toBe(before + 2);
  });

  it('is 0 by setting: a revocation is seen at the next request', async () => {
    const one = world.checker({ cacheSeconds: 0 });
    const token = await desk.token(world.psc, 'radiologue');
    expect(kindOf(await one.check(token))).toBe('ok');
    await desk.revoke(world.psc, { login: 'radiologue' });
    expect(kindOf(await one.check(token))).toBe('inactive');
  });

  it('a setting over 30 s is 30 s', async () => {
    let now = Date.now();
    const one = world.checker({ cacheSeconds: 3600, now: () => now });
    const token = await desk.token(world.psc, 'radiologue');
    await one.check(token);
    const before = await world.asked();
    now += 31_000;
    await one.check(token);
    expect(await world.asked()).toBe(before + 1);
  });

  it('one question serves all who ask at once, and no failure is kept', async () => {
    const one = world.checker();
    const token = await desk.token(world.psc, 'radiologue');
    const before = await world.asked();
    const all = await Promise.all(Array.from({ length: 20 }, () => one.check(token)));
    expect(new Set(all.map(kindOf))).toEqual(new Set(['ok']));
    expect(await world.asked()).toBe(before + 1);

    const other = await desk.token(world.psc, 'sage-femme');
    await desk.fault(world.psc, { endpoint: 'introspection', kind: 'down', times: 1 });
    expect(kindOf(await one.check(other))).toBe('unreachable');
    expect(kindOf(await one.check(other))).toBe('ok');
  });

  it('fails closed at once when too many checks are under way', async () => {
    await desk.fault(world.psc, { endpoint: 'introspection', kind: 'slow', ms: 200 });
    const one = world.checker({ maxConcurrent: 2 });
    const checked = await Promise.all(['a', 'b', 'c'].map((letter) => one.check(letter.repeat(43))));
    expect(checked.map(kindOf)).toEqual(['inactive', 'inactive', 'unreachable']);
    expect(checked[2]).toMatchObject({ cause: 'saturated' });
  });
});
