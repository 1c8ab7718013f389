import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SCHEME, STATUS } from './dmp-rules.js';
import { buildSubmission, send } from './reference-client.js';
import { buildDeletion } from './reference-registry.js';
import {
  byOthers,
  createWorld,
  deleteEntry,
  entriesOf,
  entryOf,
  publish,
  submit,
  uniqueIdsOf,
} from './reference-world.js';
import type { NewSubmission } from './registered-entry.js';
import { Registry } from './registry.js';

import { startDmp } from './server.js';

describe('the journal of the sandbox DMP', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'sandbox-journal-'));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  it('keeps the documents of a former life, and drops a line that a crash cut', async () => {
    const journal = join(dir, 'journal.jsonl');
    const world = await createWorld({ journal });
    const message = await buildSubmission(world.org);
    await send(`${world.dmp.url}/repository`, world.org, message);
    await world.dmp.stop();
    await appendFile(journal, '[{"uniqueId":"1.2.3"');

    const reborn = { ...world, dmp: await startDmp({ pki: world.pki, journal }) };
    try {
      expect(await uniqueIdsOf(reborn)).toContain(message.facts.kosUid);
      const { kosUid, studyUid } = message.facts;
      expect((await submit(reborn, { facts: { kosUid, studyUid } })).codes).toEqual(['XDSDuplicateUniqueIdInRegistry']);
      expect((await submit(reborn)).codes).toEqual([]);
      expect((await readFile(journal, 'utf8')).trimEnd().split('\n')).toHaveLength(2);
      await fetch(`${reborn.dmp.deskUrl}/reset`, { method: 'POST' });
      expect(await readFile(journal, 'utf8')).toBe('');
    } finally {
      await reborn.dmp.stop();
    }
  });

  it('keeps replacements, metadata updates and deletions', async () => {
    const journal = join(dir, 'journal.jsonl');
    const world = await createWorld({ journal });
    const first = await publish(world);
    const second = await publish(world, {
      facts: { studyUid: first.facts.studyUid, replaces: first.entry.entryUuid },
    });
    await byOthers(world, second.facts.kosUid, 'touch');
    const deleted = await publish(world);
    const { setUid } = (await buildDeletion(world.org, deleted.entry.entryUuid)).facts;
    expect((await deleteEntry(world, deleted.entry.entryUuid, { facts: { setUid } })).codes).toEqual([]);
    const before = await entriesOf(world);
    await world.dmp.stop();

    const reborn = { ...world, dmp: await startDmp({ pki: world.pki, journal }) };
    try {
      expect(await entriesOf(reborn)).toEqual(before);
      expect((await deleteEntry(reborn, second.entry.entryUuid)).codes).toEqual(['XDSMetadataUpdateError']);
      const { entryUuid } = await entryOf(reborn, second.facts.kosUid);
      expect((await deleteEntry(reborn, entryUuid, { facts: { setUid } })).codes).toEqual([
        'XDSDuplicateUniqueIdInRegistry',
      ]);
      expect((await deleteEntry(reborn, entryUuid)).codes).toEqual([]);
    } finally {
      await reborn.dmp.stop();
    }
  });

  it('changes nothing when a deletion cannot be written', async () => {
    let full = false;
    const registry = new Registry({
      read: () => Promise.resolve([]),
      append: () => (full ? Promise.reject(new Error('disk full')) : Promise.resolve()),
      clear: () => Promise.resolve(),
    });
    await registry.commit(SUBMISSION);
    full = true;
    await expect(registry.changeByOthers('1.2.3', 'delete')).rejects.toThrow('disk full');
    expect(registry.byUniqueId('1.2.3')).toMatchObject({ status: STATUS.approved });
    full = false;
    expect(await registry.changeByOthers('1.2.3', 'delete')).toMatchObject({ ok: true });
    expect(registry.byUniqueId('1.2.3')).toMatchObject({ status: STATUS.deleted });
  });

  it('registers nothing when the journal cannot be written', async () => {
    let full = true;
    const registry = new Registry({
      read: () => Promise.resolve([]),
      append: () => (full ? Promise.reject(new Error('disk full')) : Promise.resolve()),
      clear: () => Promise.resolve(),
    });
    await expect(registry.commit(SUBMISSION)).rejects.toThrow('disk full');
    expect(registry.all()).toEqual([]);
    full = false;
    expect(await registry.commit(SUBMISSION)).toMatchObject({ ok: true });
  });
});

const OBJECT = {
  id: 'x',
  element: { ns: '', name: 'ExtrinsicObject', attributes: {}, children: [], text: '' },
  slots: new Map<string, string[]>(),
  title: '',
  classifications: [],
  nodes: [],
  externalIds: new Map<string, string>([
    [SCHEME.uniqueId, '1.2.3'],
    [SCHEME.submissionUniqueId, '1.2.4'],
  ]),
};
const SUBMISSION: NewSubmission = {
  submissionSet: OBJECT,
  documents: [{ object: OBJECT, bytes: Buffer.from('x') }],
  clientStructure: '',
};
