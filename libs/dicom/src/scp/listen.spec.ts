import net from 'node:net';
import { openAssociation } from '../association/association.js';
import { echo } from '../client.js';
import { ASSOCIATE_REQUEST } from '../fuzz/targets.js';
import type { PeerFailure } from '../peer-failure.js';
import { testScp } from '../testing/scp.js';
import { TransferSyntax } from '../uids.js';
import type { ScpOptions } from './scp-options.js';

const CT = '1.2.840.10008.5.1.4.1.1.2';
const { ExplicitLittleEndian: EXPLICIT, ImplicitLittleEndian: IMPLICIT } = TransferSyntax;

/** What a peer that sends these bytes gets until it is closed. */
function answered(port: number, bytes: Buffer): Promise<Buffer> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    const socket = net.connect({ host: '127.0.0.1', port, noDelay: true });
    socket.on('data', (part: Buffer) => parts.push(part)).on('error', () => undefined);
    socket.once('close', () => resolve(Buffer.concat(parts)));
    socket.write(bytes);
  });
}

/** A listener with these options, and what it told while `work` ran. */
async function listening(
  options: Partial<ScpOptions>,
  work: (scp: Awaited<ReturnType<typeof testScp>>) => Promise<void>,
) {
  const scp = await testScp(options);
  try {
    await work(scp);
  } finally {
    await scp.listener.close();
  }
}

describe('who may call', () => {
  it('an address that is not allowed is closed unheard', () =>
    listening({ allows: () => false }, async ({ peer, events }) => {
      expect(await echo(peer)).toMatchObject({ ok: false, failure: { kind: 'unreachable' } });
      expect(events).toEqual([{ type: 'refused', address: '127.0.0.1', reason: 'address' }]);
    }));

  it.each([
    ['calling-ae', 'rejected permanently by the service user: calling AE title not recognized'],
    ['called-ae', 'rejected permanently by the service user: called AE title not recognized'],
    ['congestion', 'rejected for now by the service provider (presentation): temporary congestion'],
  ] as const)('%s: rejected in words', (reason, detail) =>
    listening({ admit: () => ({ ok: false, reason }) }, async ({ peer }) => {
      expect(await echo(peer)).toEqual({ ok: false, failure: { kind: 'rejected', detail } });
    }),
  );

  it('one association more than the limit is rejected, for now', () =>
    listening({ limits: { maxAssociations: 1 } }, async ({ peer }) => {
      const first = await openAssociation(peer, [{ abstractSyntax: CT, transferSyntaxes: [EXPLICIT] }]);
      expect(first.ok).toBe(true);
      expect(await echo(peer)).toMatchObject({ ok: false, failure: { kind: 'rejected' } });
      if (first.ok) await first.value.release();
    }));
});

describe('who says nothing', () => {
  it('ARTIM: a connection without a whole request is closed', () =>
    listening({ timers: { artim: 200 } }, async ({ listener, events }) => {
      expect(await answered(listener.port, ASSOCIATE_REQUEST.subarray(0, 40))).toEqual(Buffer.alloc(0));
      const failure: PeerFailure = { kind: 'timeout', detail: 'no association request in time' };
      expect(events).toEqual([{ type: 'lost', address: '127.0.0.1', failure }]);
    }));

  it('idle: an association without a word is aborted', () =>
    listening({ timers: { idle: 200 } }, async ({ listener, events }) => {
      const answer = await answered(listener.port, ASSOCIATE_REQUEST);
      expect(answer.subarray(-10)).toEqual(Buffer.of(7, 0, 0, 0, 0, 4, 0, 0, 0, 0));
      expect(events.at(-1)).toMatchObject({ type: 'ended', failure: { kind: 'timeout' } });
    }));
});

describe('A-ABORT says why (PS3.8 Table 9-26)', () => {
  it.each<[string, Buffer, number, number]>([
    ['a PDU type unknown', Buffer.of(9, 0, 0, 0, 0, 4), 2, 1],
    ['a second request', ASSOCIATE_REQUEST, 2, 2],
    ['a PDU of 4 GiB', Buffer.of(4, 0, 0xff, 0xff, 0xff, 0xff), 2, 6],
    ['a value longer than its PDU', Buffer.of(4, 0, 0, 0, 0, 8, 0, 0, 0, 99, 1, 0), 2, 6],
  ])('%s', (_, bytes, source, reason) =>
    listening({}, async ({ listener }) => {
      const answer = await answered(listener.port, Buffer.concat([ASSOCIATE_REQUEST, bytes]));
      expect(answer.subarray(-10)).toEqual(Buffer.of(7, 0, 0, 0, 0, 4, 0, 0, source, reason));
    }),
  );
});

it('an object longer than the limit is refused, and what came of it given up', async () => {
  const failures: PeerFailure[] = [];
  const store: ScpOptions['store'] = () => ({
    write: () => true,
    end: () => 0,
    fail: (failure) => failures.push(failure),
  });
  await listening({ store, limits: { maxObjectBytes: 1_000 } }, async ({ peer }) => {
    const association = await openAssociation(peer, [{ abstractSyntax: CT, transferSyntaxes: [EXPLICIT] }]);
    if (!association.ok) throw new Error(association.failure.detail);
    const object = { sopClass: CT, sopInstance: '1.2.3', transferSyntax: EXPLICIT };
    expect(await association.value.store({ ...object, dataset: Buffer.alloc(1_001) })).toMatchObject({
      ok: false,
      failure: { kind: 'refused', status: 0xa700 },
    });
    expect(await association.value.store({ ...object, dataset: Buffer.alloc(1_000) })).toMatchObject({ ok: true });
    await association.value.release();
    expect(failures).toEqual([{ kind: 'limit', detail: 'object longer than 1000 bytes' }]);
  });
});

it('each transfer syntax is a context of its own, and each is accepted', () =>
  listening({ store: () => 0xa700 }, async ({ peer }) => {
    const association = await openAssociation(peer, [{ abstractSyntax: CT, transferSyntaxes: [EXPLICIT, IMPLICIT] }]);
    if (!association.ok) throw new Error(association.failure.detail);
    expect(association.value.accepted.map(({ transferSyntax }) => transferSyntax)).toEqual([EXPLICIT, IMPLICIT]);
    await association.value.release();
  }));
