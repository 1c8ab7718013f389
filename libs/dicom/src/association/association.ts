import type { Socket } from 'node:net';
import type { Dataset } from '../dataset/dataset.js';
import { type EchoOptions, runEcho } from '../dimse/echo.js';
import { type FindQuery, runFind } from '../dimse/find.js';
import { type DimseMessage, MessageAssembler } from '../dimse/message-assembler.js';
import { encodeData } from '../pdu/encode-pdu.js';
import { type AssociateAccept, type ControlPdu, PduType, type PdvFragment } from '../pdu/pdu.js';
import { MAX_CONTEXTS, MAX_PDU_LENGTH } from '../pdu/pdu-limits.js';
import { rejectText } from '../pdu/reasons.js';
import { failed, type PeerFailure, type Result, success } from '../peer-failure.js';
import { IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION } from '../uids.js';
import { connect } from './connect.js';
import { Mailbox } from './mailbox.js';
import { ABORT_BY_USER, ABORT_UNEXPECTED_PDU, type ChannelHandler, PduChannel } from './pdu-channel.js';
import { type AcceptedContext, isAeTitle, type Peer, type RequestedContext, type Timers, timersOf } from './peer.js';

/** Messages read ahead before the socket is paused. */
const READ_AHEAD = 32;

/**
 * Connects and negotiates an association as SCU (PS3.8 §7.1). The caller releases it. Every outcome is a value;
 * no socket is left open when it is a failure. RangeError when an AE title is none.
 */
export async function openAssociation(
  peer: Peer,
  contexts: readonly RequestedContext[],
  options: { readonly signal?: AbortSignal } = {},
): Promise<Result<Association>> {
  if (!isAeTitle(peer.calledAe) || !isAeTitle(peer.callingAe)) throw new RangeError('not an AE title');
  const proposed = propose(contexts);
  if (proposed.length === 0 || proposed.length > MAX_CONTEXTS) {
    return failed('limit', `${proposed.length} presentation contexts, 1 to ${MAX_CONTEXTS} can be proposed`);
  }
  const socket = await connect(peer, options.signal);
  if (!socket.ok) return socket;
  const association = new Association(socket.value, timersOf(peer));
  const refusal = await association.negotiate(peer, proposed, options.signal);
  return refusal ? { ok: false, failure: refusal } : success(association);
}

/** One context per transfer syntax: a context with several lets the peer keep only one of them. */
function propose(contexts: readonly RequestedContext[]): AcceptedContext[] {
  return contexts
    .flatMap(({ abstractSyntax, transferSyntaxes }) =>
      transferSyntaxes.map((transferSyntax) => ({ abstractSyntax, transferSyntax })),
    )
    .map((context, index) => ({ id: 2 * index + 1, ...context }));
}

/** An association we requested. Operations run one after the other (asynchronous window 1/1). */
export class Association implements ChannelHandler {
  private readonly channel: PduChannel;
  private readonly controls = new Mailbox<ControlPdu>();
  private readonly messages = new Mailbox<DimseMessage>();
  private readonly assembler: MessageAssembler;
  private state: 'negotiating' | 'established' | 'releasing' = 'negotiating';
  /** Those proposed, then those accepted. */
  private contexts: readonly AcceptedContext[] = [];
  private peerMaxLength = 0;
  private lastMessageId = 0;
  private turn: Promise<unknown> = Promise.resolve();

  /** @internal Use openAssociation. */
  constructor(
    socket: Socket,
    readonly timers: Timers,
  ) {
    this.assembler = new MessageAssembler(
      (id) => this.state !== 'negotiating' && this.contexts.some((context) => context.id === id),
      (message) => this.queue(message),
    );
    this.channel = new PduChannel(socket, this);
  }

  /** What the peer accepted, in the order of our preference. */
  get accepted(): readonly AcceptedContext[] {
    return this.contexts;
  }

  /** False once released, aborted or lost. */
  get isOpen(): boolean {
    return this.channel.isOpen;
  }

  /** C-ECHO (PS3.7 §9.1.5). */
  echo(options: EchoOptions = {}): Promise<Result<void>> {
    return this.inTurn(() => runEcho(this, options));
  }

  /** C-FIND, Study Root (PS3.4 §C.4.1): every answer, or the failure. */
  find(query: FindQuery): Promise<Result<readonly Dataset[]>> {
    return this.inTurn(() => runFind(this, query));
  }

  /** Releases in order (PS3.8 §7.2) after the operations under way; a peer that does not answer is aborted. Never fails. */
  release(): Promise<void> {
    return this.inTurn(async () => {
      if (!this.isOpen) return;
      this.state = 'releasing';
      this.channel.send({ type: PduType.ReleaseRequest });
      const reply = await this.controls.take(this.timers.release);
      if (!reply.ok) this.abort();
    });
  }

  /** A-ABORT at once (PS3.8 §7.3); operations under way end with this failure. */
  abort(failure: PeerFailure = { kind: 'cancelled', detail: 'aborted by us' }): void {
    this.channel.abort(ABORT_BY_USER, failure);
  }

  /** @internal First accepted context for a SOP class. */
  contextFor(abstractSyntax: string): AcceptedContext | undefined {
    return this.contexts.find((context) => context.abstractSyntax === abstractSyntax);
  }

  /** @internal Unique within the association, 1 to 65535. */
  nextMessageId(): number {
    this.lastMessageId = (this.lastMessageId % 0xffff) + 1;
    return this.lastMessageId;
  }

  /** @internal Sends a command, and its data set when there is one. */
  sendMessage(contextId: number, command: Buffer, dataset?: Buffer): void {
    const parts = encodeData(contextId, true, command, this.peerMaxLength, MAX_PDU_LENGTH);
    if (dataset) parts.push(...encodeData(contextId, false, dataset, this.peerMaxLength, MAX_PDU_LENGTH));
    this.channel.sendData(parts);
  }

  /** @internal The next message, or why there is none; the association is of no use after a failure and is aborted. */
  async receiveMessage(limit: number, signal?: AbortSignal): Promise<Result<DimseMessage>> {
    const message = await this.messages.take(limit, signal);
    if (!message.ok) this.abort(message.failure);
    else if (this.messages.length === 0) this.channel.resume();
    return message;
  }

  /** @internal A-ASSOCIATE; the failure, if any. */
  async negotiate(
    peer: Peer,
    proposed: readonly AcceptedContext[],
    signal?: AbortSignal,
  ): Promise<PeerFailure | undefined> {
    this.contexts = proposed;
    this.channel.send({
      type: PduType.AssociateRequest,
      calledAe: peer.calledAe,
      callingAe: peer.callingAe,
      maxPduLength: MAX_PDU_LENGTH,
      implementationClassUid: IMPLEMENTATION_CLASS_UID,
      implementationVersion: IMPLEMENTATION_VERSION,
      roles: [],
      contexts: proposed.map(({ id, abstractSyntax, transferSyntax }) => ({
        id,
        abstractSyntax,
        transferSyntaxes: [transferSyntax],
      })),
    });
    const answer = await this.controls.take(this.timers.associate, signal);
    if (!answer.ok) {
      this.abort(answer.failure);
      return answer.failure;
    }
    return undefined;
  }

  /** @internal Runs as each PDU is read, since data may follow the acceptance in the same chunk. */
  onPdu(pdu: ControlPdu): void {
    if (this.state === 'negotiating') {
      this.onAnswer(pdu);
    } else if (pdu.type === PduType.ReleaseRequest) {
      this.channel.send({ type: PduType.ReleaseReply });
      // In a collision (PS3.8 §7.2.2) our own request still awaits its reply.
      if (this.state === 'established')
        this.channel.end({ kind: 'aborted', detail: 'association released by the peer' });
    } else if (pdu.type === PduType.ReleaseReply && this.state === 'releasing') {
      this.controls.put(pdu);
      this.channel.end({ kind: 'aborted', detail: 'association released' });
    } else {
      this.unexpected('unexpected PDU');
    }
  }

  private onAnswer(pdu: ControlPdu): void {
    if (pdu.type === PduType.AssociateReject) this.channel.end({ kind: 'rejected', detail: rejectText(pdu) });
    else if (pdu.type === PduType.AssociateAccept && this.accept(pdu)) this.controls.put(pdu);
    else this.unexpected('unexpected answer to the association request');
  }

  /** False when the answer is outside what was proposed: we would read the peer's data with the wrong syntax. */
  private accept({ contexts, maxPduLength }: AssociateAccept): boolean {
    const accepted = new Map(contexts.filter(({ result }) => result === 0).map((context) => [context.id, context]));
    const known = this.contexts.filter(({ id, transferSyntax }) => accepted.get(id)?.transferSyntax === transferSyntax);
    if (known.length < accepted.size) return false;
    this.contexts = known;
    this.peerMaxLength = maxPduLength;
    this.state = 'established';
    return true;
  }

  private unexpected(detail: string): void {
    this.channel.abort(ABORT_UNEXPECTED_PDU, { kind: 'malformed', detail });
  }

  /** @internal */
  onFragment(fragment: PdvFragment): void {
    this.assembler.push(fragment);
  }

  /** @internal */
  onEnd(failure: PeerFailure): void {
    this.controls.end(failure);
    this.messages.end(failure);
  }

  private queue(message: DimseMessage): void {
    if (this.state === 'releasing') return;
    this.messages.put(message);
    if (this.messages.length >= READ_AHEAD) this.channel.pause();
  }

  private inTurn<T>(operation: () => Promise<T>): Promise<T> {
    const result = this.turn.then(operation);
    this.turn = result.catch(() => undefined);
    return result;
  }
}
