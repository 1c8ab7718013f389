import { STATUS } from './dmp-rules.js';
import {
  byOthers,
  createWorld,
  deleteEntry,
  entryOf,
  GEOGRAPHIC,
  lastLine,
  publish,
  STRUCTURE,
  submit,
} from './reference-world.js';
import type { World } from './reference-world.js';

const SECOND_GEOGRAPHIC = '1750000028';

describe('a replacement (RPLC in ITI-41)', () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld({ ejOf: { [GEOGRAPHIC]: STRUCTURE, [SECOND_GEOGRAPHIC]: STRUCTURE } });
  });
  afterAll(() => world.dmp.stop());

  it('deprecates the replaced entry and goes on with its lid and version', async () => {
    const first = await publish(world);
    const { studyUid } = first.facts;
    const second = await publish(world, { facts: { studyUid, replaces: first.entry.entryUuid } });
    const third = await publish(world, { facts: { studyUid, replaces: second.entry.entryUuid } });
    expect(first.entry).toMatchObject({ version: 1, logicalId: first.entry.entryUuid, status: STATUS.approved });
    expect(await entryOf(world, first.facts.kosUid)).toEqual({
      ...first.entry,
      status: STATUS.deprecated,
      replacedBy: second.facts.kosUid,
    });
    expect(await entryOf(world, second.facts.kosUid)).toMatchObject({
      version: 2,
      status: STATUS.deprecated,
      replacedBy: third.facts.kosUid,
      logicalId: first.entry.logicalId,
    });
    expect(third.entry).toMatchObject({ version: 3, status: STATUS.approved, logicalId: first.entry.logicalId });
    const uuids = [first, second, third].map(({ entry }) => entry.entryUuid);
    expect(new Set(uuids).size).toBe(3);
    // The signature of the first set is a document of its own: it proves what was submitted then.
    expect(await entryOf(world, first.facts.signatureUid)).toMatchObject({ version: 1, status: STATUS.approved });
    expect(await lastLine(world)).toMatchObject({
      verdict: 'accepted',
      operation: 'replace',
      uniqueIds: [third.facts.kosUid, third.facts.signatureUid],
      entryUuids: [uuids[1]],
    });
  });

  it('of an entry whose metadata were updated names its new entryUUID', async () => {
    const { facts, entry } = await publish(world);
    expect(await byOthers(world, facts.kosUid, 'touch')).toBe(200);
    const { studyUid } = facts;
    expect((await submit(world, { facts: { studyUid, replaces: entry.entryUuid } })).codes).toEqual([
      'XDSReplaceFailed',
    ]);
    expect((await lastLine(world)).contexts).toEqual([expect.stringContaining('stale')]);
    const { entryUuid } = await entryOf(world, facts.kosUid);
    const next = await publish(world, { facts: { studyUid, replaces: entryUuid } });
    expect(next.entry).toMatchObject({ version: 3, logicalId: entry.logicalId });
  });

  it.each([
    [GEOGRAPHIC, STRUCTURE],
    [STRUCTURE, GEOGRAPHIC],
  ])('crosses from a geographic structure to its legal entity and back: %s by %s', async (author, replacer) => {
    const first = await publish(world, { facts: { structure: author } });
    const facts = { studyUid: first.facts.studyUid, replaces: first.entry.entryUuid, structure: replacer };
    expect((await submit(world, { facts })).codes).toEqual([]);
  });

  it('two geographic structures of one legal entity are strangers → XDSReplaceFailed', async () => {
    const first = await publish(world, { facts: { structure: GEOGRAPHIC } });
    const facts = { studyUid: first.facts.studyUid, replaces: first.entry.entryUuid, structure: SECOND_GEOGRAPHIC };
    expect((await submit(world, { facts })).codes).toEqual(['XDSReplaceFailed']);
  });

  it.each<[string, (target: Awaited<ReturnType<typeof publish>>) => Promise<unknown>]>([
    [
      'already replaced',
      ({ facts, entry }) => publish(world, { facts: { studyUid: facts.studyUid, replaces: entry.entryUuid } }),
    ],
    ['deleted by its author', ({ entry }) => deleteEntry(world, entry.entryUuid)],
    ['deleted by somebody else', ({ facts }) => byOthers(world, facts.kosUid, 'delete')],
  ])('target %s → XDSReplaceFailed', async (_name, act) => {
    const target = await publish(world);
    await act(target);
    const { status } = await entryOf(world, target.facts.kosUid);
    expect(status).not.toBe(STATUS.approved);
    const { studyUid } = target.facts;
    const reply = await submit(world, { facts: { studyUid, replaces: target.entry.entryUuid } });
    expect(reply.codes).toEqual(['XDSReplaceFailed']);
    expect((await lastLine(world)).contexts).toEqual([expect.stringContaining('no longer Approved')]);
  });

  it('only one of two that arrive at the same time passes', async () => {
    const { facts, entry } = await publish(world);
    const bends = { facts: { studyUid: facts.studyUid, replaces: entry.entryUuid } };
    const replies = await Promise.all([submit(world, bends), submit(world, bends)]);
    expect(replies.map(({ codes }) => codes.join()).toSorted()).toEqual(['', 'XDSReplaceFailed']);
  });
});
