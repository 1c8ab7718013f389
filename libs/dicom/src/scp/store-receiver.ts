import type { AcceptedContext } from '../association/peer.js';
import type { Dataset } from '../dataset/dataset.js';
import { Tag } from '../dataset/tags.js';
import { type Command, CommandField, encodeCommand } from '../dimse/command-set.js';
import type { DatasetTaker } from '../dimse/message-assembler.js';
import { Status } from '../dimse/status.js';
import { AbortCauses, PduError } from '../pdu/pdu-error.js';
import type { PeerFailure } from '../peer-failure.js';
import { isUid } from '../uids.js';
import type { StoreAssociation, StoreHandler, StoreRequest, StoreSink } from './store-handler.js';

/** What receiving objects needs of the association they come on, on either side: C-STORE as SCP, and C-GET. */
export interface StoreHost {
  readonly identity: StoreAssociation;
  readonly maxObjectBytes: number;
  /** Nothing is read from the peer until `letGo`. */
  hold(): void;
  letGo(): void;
  respond(contextId: number, response: Buffer): void;
  /** The handler or its sink threw. */
  fault(error: unknown): void;
}

/** Takes the objects of one association one after the other (asynchronous window 1/1) and answers each. */
export class StoreReceiver {
  private current: IncomingObject | undefined;
  /** Whole objects taken, and bytes of all. */
  objects = 0;
  bytes = 0;

  constructor(
    private readonly host: StoreHost,
    private readonly handler: StoreHandler,
  ) {}

  /** True from a C-STORE-RQ to the end of its data set. */
  get isReceiving(): boolean {
    return this.current !== undefined;
  }

  /** A C-STORE-RQ was read: takes the data set that follows. Throws PduError when it cannot even be answered. */
  receive(context: AcceptedContext, command: Command): DatasetTaker {
    const { messageId } = command;
    if (messageId === undefined) throw new PduError('malformed', 'request without message id', AbortCauses.byUser);
    const request = requestOf(this.host.identity, context, messageId, command.elements);
    const object = new IncomingObject(this.host, { context, messageId, request }, this.handler);
    this.current = object;
    return {
      write: (bytes) => {
        this.bytes += bytes.length;
        object.write(bytes);
      },
      end: () => {
        this.current = undefined;
        this.objects += 1;
        object.end();
      },
    };
  }

  /** The association is over: an object under way will never be whole. */
  lost(failure: PeerFailure): void {
    const object = this.current;
    this.current = undefined;
    object?.fail(failure);
  }
}

/** The request, or the status that refuses it (PS3.7 §9.1.1.1.9). UIDs become names of files: only true ones pass. */
function requestOf(
  association: StoreAssociation,
  { abstractSyntax, transferSyntax }: AcceptedContext,
  messageId: number,
  elements: Dataset,
): StoreRequest | number {
  const [sopInstance, ...more] = elements.getStrings(Tag.AffectedSOPInstanceUID);
  if (elements.getString(Tag.AffectedSOPClassUID) !== abstractSyntax) return Status.SopClassNotSupported;
  if (sopInstance === undefined || more.length > 0 || !isUid(sopInstance)) return Status.InvalidInstance;
  const request = { association, messageId, sopClass: abstractSyntax, sopInstance, transferSyntax };
  const ae = elements.getString(Tag.MoveOriginatorApplicationEntityTitle);
  const originator = elements.getInt(Tag.MoveOriginatorMessageID);
  if (ae === undefined || originator === undefined) return request;
  return { ...request, moveOriginator: { ae, messageId: originator } };
}

interface Announced {
  readonly context: AcceptedContext;
  readonly messageId: number;
  /** A number: the status of its refusal. */
  readonly request: StoreRequest | number;
}

/** One object, from its C-STORE-RQ to its C-STORE-RSP. */
class IncomingObject {
  private sink: StoreSink | undefined;
  private refusal: number = Status.CannotUnderstand;
  private received = 0;
  private resumed = false;

  constructor(
    private readonly host: StoreHost,
    private readonly announced: Announced,
    handler: StoreHandler,
  ) {
    const { request } = announced;
    this.guarded(() => {
      const answer = typeof request === 'number' ? request : handler(request, () => this.resume());
      if (typeof answer === 'number') this.refusal = answer;
      else this.sink = answer;
    });
  }

  /** A refused object is read and dropped. */
  write(bytes: Buffer): void {
    const { sink } = this;
    if (!sink) return;
    this.received += bytes.length;
    if (this.received > this.host.maxObjectBytes) {
      this.refusal = Status.OutOfResources;
      this.fail({ kind: 'limit', detail: `object longer than ${this.host.maxObjectBytes} bytes` });
      return;
    }
    this.guarded(() => {
      this.resumed = false;
      if (!sink.write(bytes) && !this.resumed) this.host.hold();
    });
  }

  end(): void {
    const { sink } = this;
    // A sink that is still full has nothing left to resume.
    this.sink = undefined;
    this.guarded(() => {
      const status = sink ? sink.end() : this.refusal;
      if (typeof status === 'number') {
        this.respond(status);
        this.host.letGo();
        return;
      }
      this.host.hold();
      status
        .then((late) => this.respond(late))
        .then(
          () => this.host.letGo(),
          (error: unknown) => this.host.fault(error),
        );
    });
  }

  fail(failure: PeerFailure): void {
    const { sink } = this;
    this.sink = undefined;
    this.host.letGo();
    this.guarded(() => sink?.fail(failure));
  }

  private resume(): void {
    this.resumed = true;
    if (this.sink) this.host.letGo();
  }

  /** PS3.7 §9.3.1.2. */
  private respond(status: number): void {
    const { context, messageId, request } = this.announced;
    const response = {
      [Tag.AffectedSOPClassUID]: context.abstractSyntax,
      [Tag.CommandField]: CommandField.StoreResponse,
      [Tag.MessageIDBeingRespondedTo]: messageId,
      [Tag.Status]: status,
      ...(typeof request === 'number' ? {} : { [Tag.AffectedSOPInstanceUID]: request.sopInstance }),
    };
    this.host.respond(context.id, encodeCommand(response, false));
  }

  private guarded(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.host.fault(error);
    }
  }
}
