import type { Socket } from 'node:net';
import { type Command, CommandField } from '../dimse/command-set.js';
import { type DatasetTaker, type DimseMessage, MessageAssembler } from '../dimse/message-assembler.js';
import { DataPdus } from '../pdu/data-pdus.js';
import { encodeData } from '../pdu/encode-pdu.js';
import { type AssociateAccept, type ControlPdu, PduType, type PdvFragment } from '../pdu/pdu.js';
import { AbortCauses } from '../pdu/pdu-error.js';
import { MAX_PDU_LENGTH } from '../pdu/pdu-limits.js';
import { rejectText } from '../pdu/reasons.js';
import type { PeerFailure, Result } from '../peer-failure.js';
import type { StoreHandler } from '../scp/store-handler.js';
import { type StoreHost, StoreReceiver } from '../scp/store-receiver.js';
import { Mailbox } from './mailbox.js';
import { type ChannelHandler, PduChannel } from './pdu-channel.js';
import { type AcceptedContext, nextAssociationId, type Peer, type Timers, timersOf } from './peer.js';
import { acceptedOf, associateRequest } from './propose.js';

/** Messages read ahead before the socket is paused. */
const READ_AHEAD = 32;

/** A data set has no length of its own; one of pixels cannot be longer than its 32-bit lengths allow by much. */
const MAX_OBJECT_BYTES = 5 * 1024 ** 3;

/** One connection that we opened: PS3.8 §9.2 as the requestor lives it. What operations send and receive goes through here. */
export class Requestor implements ChannelHandler {
  readonly timers: Timers;
  private readonly channel: PduChannel;
  private readonly controls = new Mailbox<ControlPdu>();
  private readonly messages = new Mailbox<DimseMessage>();
  private readonly assembler: MessageAssembler;
  private state: 'negotiating' | 'established' | 'releasing' = 'negotiating';
  /** Those proposed, then those accepted. */
  private contexts: readonly AcceptedContext[] = [];
  private peerMaxLength = 0;
  private lastMessageId = 0;
  private receiver: StoreReceiver | undefined;

  constructor(
    socket: Socket,
    private readonly peer: Peer,
  ) {
    this.timers = timersOf(peer);
    this.assembler = new MessageAssembler(
      (id) => this.state !== 'negotiating' && this.context(id) !== undefined,
      (message) => this.queue(message),
      (contextId, command) => this.takerOf(contextId, command),
    );
    this.channel = new PduChannel(socket, this);
  }

  get accepted(): readonly AcceptedContext[] {
    return this.contexts;
  }

  get isOpen(): boolean {
    return this.channel.isOpen;
  }

  /** `performance.now()` of the last bytes from the peer. */
  get lastSign(): number {
    return this.channel.lastSign;
  }

  /** A-ASSOCIATE; the failure, if any. */
  async negotiate(proposed: readonly AcceptedContext[], signal?: AbortSignal): Promise<PeerFailure | undefined> {
    this.contexts = proposed;
    this.channel.send(associateRequest(this.peer, proposed));
    const answer = await this.controls.take(this.timers.associate, signal);
    if (answer.ok) return undefined;
    this.abort(answer.failure);
    return answer.failure;
  }

  async release(): Promise<void> {
    if (!this.isOpen) return;
    this.state = 'releasing';
    this.channel.send({ type: PduType.ReleaseRequest });
    const reply = await this.controls.take(this.timers.release);
    if (!reply.ok) this.abort({ kind: 'cancelled', detail: 'release not answered' });
  }

  abort(failure: PeerFailure): void {
    this.channel.abort(AbortCauses.byUser, failure);
  }

  /** First accepted context for a SOP class, in which we are SCU. */
  contextFor(abstractSyntax: string, transferSyntax?: string): AcceptedContext | undefined {
    return this.contexts.find(
      (context) =>
        context.abstractSyntax === abstractSyntax &&
        context.role === undefined &&
        (transferSyntax === undefined || context.transferSyntax === transferSyntax),
    );
  }

  /** Unique within the association, 1 to 65535. */
  nextMessageId(): number {
    this.lastMessageId = (this.lastMessageId % 0xffff) + 1;
    return this.lastMessageId;
  }

  /** Sends a command, and its data set when there is one. */
  sendMessage(contextId: number, command: Buffer, dataset?: Buffer): void {
    const parts = encodeData(contextId, true, command, this.peerMaxLength, MAX_PDU_LENGTH);
    if (dataset) parts.push(...encodeData(contextId, false, dataset, this.peerMaxLength, MAX_PDU_LENGTH));
    this.channel.sendData(parts);
  }

  /** Sends a command and a data set of any length at the peer's pace; false when it takes it no more. */
  async sendObject(contextId: number, command: Buffer, dataset: AsyncIterable<Buffer>): Promise<boolean> {
    this.sendMessage(contextId, command);
    const pdus = new DataPdus(contextId, this.peerMaxLength, MAX_PDU_LENGTH);
    for await (const bytes of dataset) {
      for (const parts of pdus.push(bytes)) {
        this.channel.sendData(parts);
        if (!(await this.channel.drained(this.timers.answer))) return false;
      }
    }
    this.channel.sendData(pdus.end());
    return this.isOpen;
  }

  /** The next message, or why there is none; the association is of no use after a failure and is aborted. */
  async receiveMessage(limit: number, signal?: AbortSignal): Promise<Result<DimseMessage>> {
    const message = await this.nextMessage(limit, signal);
    if (!message.ok) this.abort(message.failure);
    return message;
  }

  /** The same, but after `timeout` and `cancelled` the association may still be used. */
  async nextMessage(limit: number, signal?: AbortSignal): Promise<Result<DimseMessage>> {
    const message = await this.messages.take(limit, signal);
    if (this.messages.length === 0) this.channel.release('messages');
    return message;
  }

  /** Takes the objects that the peer sends on this association (C-GET) while `operation` runs. */
  async receiving<T>(store: StoreHandler, operation: () => Promise<T>): Promise<T> {
    const receiver = new StoreReceiver(this.storeHost(), store);
    this.receiver = receiver;
    try {
      return await operation();
    } finally {
      this.receiver = undefined;
      if (receiver.isReceiving) this.abort({ kind: 'malformed', detail: 'retrieval over in the middle of an object' });
    }
  }

  /** Runs as each PDU is read, since data may follow the acceptance in the same chunk. */
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

  onFragment(fragment: PdvFragment): void {
    this.assembler.push(fragment);
  }

  onEnd(failure: PeerFailure): void {
    this.receiver?.lost(failure);
    this.controls.end(failure);
    this.messages.end(failure);
  }

  private onAnswer(pdu: ControlPdu): void {
    if (pdu.type === PduType.AssociateReject) this.channel.end({ kind: 'rejected', detail: rejectText(pdu) });
    else if (pdu.type === PduType.AssociateAccept && this.accept(pdu)) this.controls.put(pdu);
    else this.unexpected('unexpected answer to the association request');
  }

  private accept(answer: AssociateAccept): boolean {
    const accepted = acceptedOf(this.contexts, answer);
    if (!accepted) return false;
    this.contexts = accepted;
    this.peerMaxLength = answer.maxPduLength;
    this.state = 'established';
    return true;
  }

  private unexpected(detail: string): void {
    this.channel.abort(AbortCauses.unexpectedPdu, { kind: 'malformed', detail });
  }

  private context(id: number): AcceptedContext | undefined {
    return this.contexts.find((context) => context.id === id);
  }

  private queue(message: DimseMessage): void {
    if (this.state === 'releasing') return;
    this.messages.put(message);
    if (this.messages.length >= READ_AHEAD) this.channel.hold('messages');
  }

  private takerOf(contextId: number, command: Command): DatasetTaker | undefined {
    const context = this.context(contextId);
    if (command.field !== CommandField.StoreRequest || context?.role !== 'scp') return undefined;
    return this.receiver?.receive(context, command);
  }

  private storeHost(): StoreHost {
    const { calledAe, callingAe, host } = this.peer;
    return {
      // As a C-STORE SCP would see it: the peer is the one that calls.
      identity: { id: nextAssociationId(), callingAe: calledAe, calledAe: callingAe, address: host },
      maxObjectBytes: MAX_OBJECT_BYTES,
      hold: () => this.channel.hold('object'),
      letGo: () => this.channel.release('object'),
      respond: (contextId, response) => this.sendMessage(contextId, response),
      fault: (error) => this.abort({ kind: 'aborted', detail: `aborted by a fault of ours: ${nameOf(error)}` }),
    };
  }
}

/** The class of an error, never its message, which may hold anything. */
const nameOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error);
