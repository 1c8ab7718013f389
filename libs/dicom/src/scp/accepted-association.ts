import type { Socket } from 'node:net';
import { type AcceptedContext, isAeTitle, nextAssociationId } from '../association/peer.js';
import { PduChannel, type ChannelHandler } from '../association/pdu-channel.js';
import { type Command, CommandField, isRequest } from '../dimse/command-set.js';
import { type DatasetTaker, type DimseMessage, MessageAssembler } from '../dimse/message-assembler.js';
import { Status } from '../dimse/status.js';
import { encodeData } from '../pdu/encode-pdu.js';
import { type AssociateRequest, type ControlPdu, PduType, type PdvFragment } from '../pdu/pdu.js';
import { AbortCauses, PduError } from '../pdu/pdu-error.js';
import { MAX_PDU_LENGTH } from '../pdu/pdu-limits.js';
import { rejectText } from '../pdu/reasons.js';
import type { PeerFailure } from '../peer-failure.js';
import { APPLICATION_CONTEXT, IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION, SopClass } from '../uids.js';
import { answerContext, answerRole, rejection } from './negotiate.js';
import { answerStatus } from './responses.js';
import type { Admission, RejectionReason, ScpCaller, ScpEvent, ScpLimits, ScpTimers } from './scp-options.js';
import type { StoreAssociation, StoreHandler } from './store-handler.js';
import { StoreReceiver } from './store-receiver.js';

/** What an association needs of the listener it came through. */
export interface AssociationHost {
  readonly timers: ScpTimers;
  readonly limits: ScpLimits;
  readonly store: StoreHandler | undefined;
  admit(caller: ScpCaller): Admission;
  onEvent(event: ScpEvent): void;
}

/** One connection that a peer opened: PS3.8 §9.2 as the acceptor lives it. */
export class AcceptedAssociation implements ChannelHandler {
  private readonly channel: PduChannel;
  private readonly assembler: MessageAssembler;
  private contexts: ReadonlyMap<number, AcceptedContext> = new Map();
  private receiver: StoreReceiver | undefined;
  private identity: StoreAssociation | undefined;
  private peerMaxLength = 0;
  private bytes = 0;
  private released = false;
  private timer: NodeJS.Timeout;

  /** `caller` as the socket shows it. Lives until the channel ends; the timers see to that. */
  constructor(
    socket: Socket,
    private readonly caller: Omit<ScpCaller, 'callingAe' | 'calledAe'>,
    private readonly host: AssociationHost,
    artimLeft = host.timers.artim,
  ) {
    this.assembler = new MessageAssembler(
      (id) => this.contexts.has(id),
      (message) => this.onMessage(message),
      (contextId, command) => this.takerOf(contextId, command),
    );
    this.channel = new PduChannel(socket, this);
    const failure: PeerFailure = { kind: 'timeout', detail: 'no association request in time' };
    this.timer = setTimeout(() => this.channel.end(failure), artimLeft);
  }

  /** True from acceptance to the end. */
  get isEstablished(): boolean {
    return this.identity !== undefined && this.channel.isOpen;
  }

  abort(failure: PeerFailure): void {
    this.channel.abort(AbortCauses.byUser, failure);
  }

  onPdu(pdu: ControlPdu): void {
    if (!this.identity) {
      // PS3.8 Table 9-10, Sta2: anything else is AA-1, of the service user.
      if (pdu.type === PduType.AssociateRequest) this.onRequest(pdu);
      else this.abort({ kind: 'malformed', detail: 'no association request' });
    } else if (pdu.type === PduType.ReleaseRequest && !this.receiver?.isReceiving) {
      this.released = true;
      this.channel.send({ type: PduType.ReleaseReply });
      this.channel.end({ kind: 'aborted', detail: 'association released by the peer' });
    } else {
      const detail = pdu.type === PduType.ReleaseRequest ? 'release in the middle of an object' : 'unexpected PDU';
      this.channel.abort(AbortCauses.unexpectedPdu, { kind: 'malformed', detail });
    }
  }

  onFragment(fragment: PdvFragment): void {
    if (!this.identity) throw new PduError('malformed', 'no association request', AbortCauses.byUser);
    if (!fragment.command) this.bytes += fragment.bytes.length;
    if (this.bytes > this.host.limits.maxAssociationBytes) {
      throw new PduError('limit', 'too many bytes in one association', AbortCauses.byUser);
    }
    this.assembler.push(fragment);
  }

  onEnd(failure: PeerFailure): void {
    clearTimeout(this.timer);
    this.receiver?.lost(failure);
    if (!this.identity) {
      if (!this.released) this.host.onEvent({ type: 'lost', address: this.caller.address, failure });
      return;
    }
    const counts = { objects: this.receiver?.objects ?? 0, bytes: this.bytes };
    const end = this.released ? {} : { failure };
    this.host.onEvent({ type: 'ended', association: this.identity, ...counts, ...end });
  }

  private onRequest(request: AssociateRequest): void {
    const { callingAe, calledAe } = request;
    const caller = { ...this.caller, callingAe, calledAe };
    const admission = this.admission(request, caller);
    if (!admission) return;
    if (!admission.ok) {
      const pdu = rejection(admission.reason);
      this.released = true;
      this.channel.send(pdu);
      this.channel.end({ kind: 'rejected', detail: rejectText(pdu) });
      this.host.onEvent({ type: 'rejected', caller, reason: admission.reason });
      return;
    }
    this.accept(request, admission);
  }

  private admission(
    request: AssociateRequest,
    caller: ScpCaller,
  ): Extract<Admission, { readonly ok: true }> | { readonly ok: false; readonly reason: RejectionReason } | undefined {
    // Bit 0 is version 1; a requestor may support more (PS3.8 Table 9-11).
    if (((request.protocolVersion ?? 1) & 1) === 0) return { ok: false, reason: 'protocol-version' };
    if (request.applicationContext !== APPLICATION_CONTEXT) return { ok: false, reason: 'application-context' };
    if (!isAeTitle(caller.callingAe)) return { ok: false, reason: 'calling-ae' };
    if (!isAeTitle(caller.calledAe)) return { ok: false, reason: 'called-ae' };
    try {
      return this.host.admit(caller);
    } catch (error) {
      this.fault(error);
      return undefined;
    }
  }

  private accept(request: AssociateRequest, admission: Extract<Admission, { readonly ok: true }>): void {
    const { store } = this.host;
    const admitted = store ? admission : { ...admission, sopClasses: new Set<string>() };
    const answers = request.contexts.map((context) => answerContext(context, admitted));
    const proposed = new Map(request.contexts.map(({ id, abstractSyntax }) => [id, abstractSyntax]));
    const accepted = answers.filter(({ result }) => result === 0);
    this.contexts = new Map(
      accepted.map(({ id, transferSyntax }) => [id, { id, abstractSyntax: proposed.get(id) ?? '', transferSyntax }]),
    );
    const { callingAe, calledAe } = request;
    this.identity = { id: nextAssociationId(), callingAe, calledAe, address: this.caller.address };
    this.peerMaxLength = request.maxPduLength;
    if (store) this.receiver = new StoreReceiver(this.storeHost(this.identity), store);
    this.channel.send({
      type: PduType.AssociateAccept,
      callingAe,
      calledAe,
      maxPduLength: MAX_PDU_LENGTH,
      implementationClassUid: IMPLEMENTATION_CLASS_UID,
      implementationVersion: IMPLEMENTATION_VERSION,
      roles: request.roles.map(answerRole),
      contexts: answers,
    });
    clearTimeout(this.timer);
    this.watch();
    this.host.onEvent({ type: 'accepted', association: this.identity, contexts: accepted.length });
  }

  private storeHost(identity: StoreAssociation): ConstructorParameters<typeof StoreReceiver>[0] {
    return {
      identity,
      maxObjectBytes: this.host.limits.maxObjectBytes,
      hold: () => this.channel.hold('object'),
      letGo: () => this.channel.release('object'),
      respond: (contextId, response) => this.respond(contextId, response),
      fault: (error) => this.fault(error),
    };
  }

  /** Looks at the clock now and then instead of setting one at each byte. */
  private watch(): void {
    const { idle } = this.host.timers;
    const left = this.channel.waitsForUs ? idle : this.channel.lastSign + idle - performance.now();
    if (left <= 0) this.abort({ kind: 'timeout', detail: `nothing from the peer for ${idle} ms` });
    else this.timer = setTimeout(() => this.watch(), Math.ceil(left));
  }

  private onMessage({ contextId, command }: DimseMessage): void {
    if (command.field === CommandField.CancelRequest) return; // nothing of ours can be cancelled
    if (command.field === CommandField.EchoRequest) this.echo(contextId, command);
    else
      this.answer(
        contextId,
        command,
        command.field === CommandField.StoreRequest ? Status.CannotUnderstand : Status.UnrecognizedOperation,
      );
  }

  private echo(contextId: number, command: Command): void {
    const verification = this.contexts.get(contextId)?.abstractSyntax === SopClass.Verification;
    this.answer(contextId, command, verification ? Status.Success : Status.UnrecognizedOperation);
  }

  private takerOf(contextId: number, command: Command): DatasetTaker {
    const context = this.contexts.get(contextId);
    if (context && this.receiver && command.field === CommandField.StoreRequest) {
      return this.receiver.receive(context, command);
    }
    // No service of ours: its data set is read, and dropped, before it is answered.
    return { write: () => undefined, end: () => this.onMessage({ contextId, command }) };
  }

  /** Requests only: a response answers nothing of ours. */
  private answer(contextId: number, command: Command, status: number): void {
    if (!isRequest(command.field) || command.messageId === undefined) {
      throw new PduError('malformed', 'neither a request nor a message of ours', AbortCauses.byUser);
    }
    this.respond(contextId, answerStatus(command, status));
  }

  /** A peer that does not take its answers is not read any more. */
  private respond(contextId: number, response: Buffer): void {
    if (this.channel.sendData(encodeData(contextId, true, response, this.peerMaxLength, MAX_PDU_LENGTH))) return;
    this.channel.hold('answers');
    void this.channel.drained(this.host.timers.idle).then(() => this.channel.release('answers'));
  }

  private fault(error: unknown): void {
    this.host.onEvent({ type: 'fault', address: this.caller.address, error });
    this.abort({ kind: 'aborted', detail: 'aborted by a fault of ours' });
  }
}
