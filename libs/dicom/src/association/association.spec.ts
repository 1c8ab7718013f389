import { echo, find } from '../client.js';
import { Tag } from '../dataset/tags.js';
import { writeDataset } from '../dataset/write-dataset.js';
import { CommandField, encodeCommand } from '../dimse/command-set.js';
import { FIND_CONTEXT } from '../dimse/find.js';
import { encodeData, encodePdu } from '../pdu/encode-pdu.js';
import { PduType } from '../pdu/pdu.js';
import { accept, ScriptedPeer } from '../testing/scripted-peer.js';
import { openAssociation } from './association.js';

const answer = (status: number, messageId = 1): Buffer[] =>
  encodeData(
    1,
    true,
    encodeCommand(
      {
        [Tag.CommandField]: CommandField.FindResponse,
        [Tag.MessageIDBeingRespondedTo]: messageId,
        [Tag.Status]: status,
      },
      status === 0xff00,
    ),
    0,
    16_384,
  );

const identifier = (transferSyntax: string): Buffer[] =>
  encodeData(1, false, writeDataset({ [Tag.SeriesInstanceUID]: '1.2.3' }, transferSyntax), 0, 16_384);

const query = { level: 'SERIES', keys: { [Tag.StudyInstanceUID]: '1.2', [Tag.SeriesInstanceUID]: '' } } as const;

describe('an association ends with a reason', () => {
  let scripted: ScriptedPeer;
  afterEach(async () => {
    await scripted.emptied();
    await scripted.close();
  });

  it('timeout: the peer accepts TCP and never answers', async () => {
    scripted = await ScriptedPeer.listen(() => undefined);
    expect(await echo(scripted.peer)).toEqual({
      ok: false,
      failure: { kind: 'timeout', detail: 'no answer within 600 ms' },
    });
  });

  it('timeout: the association is there but the query is never answered', async () => {
    scripted = await ScriptedPeer.listen(accept);
    expect(await find(scripted.peer, query)).toMatchObject({ ok: false, failure: { kind: 'timeout' } });
    await scripted.emptied();
    expect(scripted.received).toContain('pdu7');
  });

  it('rejected: with the words of the standard', async () => {
    scripted = await ScriptedPeer.listen((socket) =>
      socket.write(encodePdu({ type: PduType.AssociateReject, result: 1, source: 1, reason: 7 })),
    );
    expect(await echo(scripted.peer)).toEqual({
      ok: false,
      failure: { kind: 'rejected', detail: 'rejected permanently by the service user: called AE title not recognized' },
    });
  });

  it('aborted: A-ABORT instead of an answer', async () => {
    scripted = await ScriptedPeer.listen((socket, request) => {
      accept(socket, request);
      socket.end(encodePdu({ type: PduType.Abort, source: 2, reason: 1 }));
    });
    expect(await find(scripted.peer, query)).toEqual({
      ok: false,
      failure: { kind: 'aborted', detail: 'aborted by the service provider: unrecognized PDU' },
    });
  });

  it('aborted: a release nobody asked for', async () => {
    scripted = await ScriptedPeer.listen((socket, request) => {
      accept(socket, request);
      socket.write(encodePdu({ type: PduType.ReleaseRequest }));
    });
    expect(await find(scripted.peer, query)).toMatchObject({
      failure: { kind: 'aborted', detail: 'association released by the peer' },
    });
    await scripted.emptied();
    expect(scripted.received).toContain('pdu6');
  });

  it('unreachable: the connection closes in the middle of a PDU', async () => {
    scripted = await ScriptedPeer.listen((socket, request) => {
      accept(socket, request);
      socket.end(Buffer.of(4, 0, 0, 0, 1));
    });
    expect(await find(scripted.peer, query)).toEqual({
      ok: false,
      failure: { kind: 'unreachable', detail: 'connection closed by the peer in the middle of a PDU' },
    });
  });

  it('refused: no presentation context accepted', async () => {
    scripted = await ScriptedPeer.listen((socket, request) => {
      const contexts = request.contexts.map(({ id }) => ({ id, result: 3 as const, transferSyntax: '' }));
      socket.write(encodePdu({ ...request, type: PduType.AssociateAccept, contexts }));
    });
    expect(await find(scripted.peer, query)).toMatchObject({ ok: false, failure: { kind: 'refused' } });
  });

  it('refused: DIMSE failure status', async () => {
    scripted = await ScriptedPeer.listen((socket, request) => {
      accept(socket, request);
      for (const part of answer(0xa700)) socket.write(part);
    });
    expect(await find(scripted.peer, query)).toEqual({
      ok: false,
      failure: { kind: 'refused', detail: 'status A700: out of resources', status: 0xa700 },
    });
  });

  it('malformed: garbage, an answer to another message, a syntax never proposed', async () => {
    scripted = await ScriptedPeer.listen((socket) => socket.write('HTTP/1.1 400 Bad Request\r\n'));
    expect(await echo(scripted.peer)).toMatchObject({ ok: false, failure: { kind: 'malformed' } });
    await scripted.emptied();
    await scripted.close();

    scripted = await ScriptedPeer.listen((socket, request) => {
      accept(socket, request);
      for (const part of answer(0, 77)) socket.write(part);
    });
    expect(await find(scripted.peer, query)).toMatchObject({
      failure: { kind: 'malformed', detail: 'message that answers no request of ours' },
    });
    await scripted.emptied();
    await scripted.close();

    scripted = await ScriptedPeer.listen((socket, request) => {
      const contexts = [{ id: 1, result: 0 as const, transferSyntax: '1.2.840.10008.1.2.2' }];
      socket.write(encodePdu({ ...request, type: PduType.AssociateAccept, contexts }));
    });
    expect(await find(scripted.peer, query)).toMatchObject({ failure: { kind: 'malformed' } });
  });

  it('malformed: a pending answer whose data set cannot be read', async () => {
    scripted = await ScriptedPeer.listen((socket, request) => {
      accept(socket, request);
      for (const part of answer(0xff00)) socket.write(part);
      for (const part of encodeData(1, false, Buffer.from('08005200CS'), 0, 16_384)) socket.write(part);
    });
    expect(await find(scripted.peer, query)).toMatchObject({ ok: false, failure: { kind: 'malformed' } });
  });

  it('limit: a PDU longer than any association needs', async () => {
    scripted = await ScriptedPeer.listen((socket) => socket.write(Buffer.of(2, 0, 0x7f, 0, 0, 0)));
    expect(await echo(scripted.peer)).toMatchObject({ ok: false, failure: { kind: 'limit' } });
  });

  it('limit: too many answers, the query is cancelled and the association stays of use', async () => {
    let syntax = '';
    scripted = await ScriptedPeer.listen((socket, request) => {
      accept(socket, request);
      syntax = request.contexts[0]?.transferSyntaxes[0] ?? '';
      for (let i = 0; i < 200; i += 1)
        for (const part of [...answer(0xff00), ...identifier(syntax)]) socket.write(part);
      for (const part of [...answer(0xfe00), ...answer(0, 2)]) socket.write(part);
    });
    const association = await openAssociation(scripted.peer, [FIND_CONTEXT]);
    if (!association.ok) throw new Error(association.failure.detail);
    expect(await association.value.find({ ...query, maxAnswers: 10 })).toEqual({
      ok: false,
      failure: { kind: 'limit', detail: 'too many answers' },
    });
    expect(await association.value.find(query)).toEqual({ ok: true, value: [] });
    await association.value.release();
    await scripted.emptied();
    expect(scripted.received).toContain(`command${CommandField.CancelRequest}`);
  });

  it('limit: too many bytes, from a peer that ignores the cancel', async () => {
    scripted = await ScriptedPeer.listen((socket, request) => {
      accept(socket, request);
      const parts = [...answer(0xff00), ...identifier(request.contexts[0]?.transferSyntaxes[0] ?? '')];
      const flood = Buffer.concat(Array.from({ length: 100 }, () => parts).flat());
      const pour = (): void => {
        if (!socket.destroyed) socket.write(flood, () => setImmediate(pour));
      };
      pour();
    });
    expect(await find(scripted.peer, { ...query, maxBytes: 5_000 })).toEqual({
      ok: false,
      failure: { kind: 'limit', detail: 'answers too large' },
    });
  });

  it('cancelled: by our signal, before, while negotiating and while waiting', async () => {
    scripted = await ScriptedPeer.listen(() => undefined);
    expect(await echo(scripted.peer, { signal: AbortSignal.abort() })).toMatchObject({
      failure: { kind: 'cancelled' },
    });
    const patient = { ...scripted.peer, timers: { associate: 10_000, answer: 10_000 } };
    expect(await echo(patient, { signal: AbortSignal.timeout(50) })).toMatchObject({ failure: { kind: 'cancelled' } });
    await scripted.emptied();
    await scripted.close();

    scripted = await ScriptedPeer.listen(accept);
    const slow = { ...scripted.peer, timers: { answer: 10_000 } };
    expect(await find(slow, { ...query, signal: AbortSignal.timeout(100) })).toMatchObject({
      failure: { kind: 'cancelled' },
    });
    await scripted.emptied();
    expect(scripted.received).toContain('pdu7');
  });

  it('release: a peer that does not answer it is aborted, without failing the caller', async () => {
    scripted = await ScriptedPeer.listen((socket, request) => {
      accept(socket, request);
      socket.removeAllListeners('data').resume();
    });
    const association = await openAssociation(scripted.peer, [FIND_CONTEXT]);
    if (!association.ok) throw new Error(association.failure.detail);
    await association.value.release();
    expect(association.value.isOpen).toBe(false);
  });
});
