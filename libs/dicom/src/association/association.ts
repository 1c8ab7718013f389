import type { Dataset } from '../dataset/dataset.js';
import { type EchoOptions, runEcho } from '../dimse/echo.js';
import { type FindQuery, runFind } from '../dimse/find.js';
import { runGet, runMove } from '../dimse/run-retrieve.js';
import type { MoveQuery, RetrieveAnswer, RetrieveQuery } from '../dimse/retrieve.js';
import { runStore, type StoreAnswer, type StoreObject } from '../dimse/store.js';
import { MAX_CONTEXTS } from '../pdu/pdu-limits.js';
import { failed, type PeerFailure, type Result, success } from '../peer-failure.js';
import type { StoreHandler } from '../scp/store-handler.js';
import { connect } from './connect.js';
import { type AcceptedContext, isAeTitle, type Peer, type RequestedContext, type Timers } from './peer.js';
import { propose } from './propose.js';
import { Requestor } from './requestor.js';

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
  const requestor = new Requestor(socket.value, peer);
  const refusal = await requestor.negotiate(proposed, options.signal);
  return refusal ? { ok: false, failure: refusal } : success(new Association(requestor));
}

/** An association we requested. Operations run one after the other (asynchronous window 1/1). */
export class Association {
  private turn: Promise<unknown> = Promise.resolve();

  /** @internal Use openAssociation. */
  constructor(private readonly requestor: Requestor) {}

  /** What the peer accepted, in the order of our preference. */
  get accepted(): readonly AcceptedContext[] {
    return this.requestor.accepted;
  }

  get timers(): Timers {
    return this.requestor.timers;
  }

  /** False once released, aborted or lost. */
  get isOpen(): boolean {
    return this.requestor.isOpen;
  }

  /** C-ECHO (PS3.7 §9.1.5). */
  echo(options: EchoOptions = {}): Promise<Result<void>> {
    return this.inTurn(() => runEcho(this.requestor, options));
  }

  /** C-FIND, Study Root (PS3.4 §C.4.1): every answer, or the failure. */
  find(query: FindQuery): Promise<Result<readonly Dataset[]>> {
    return this.inTurn(() => runFind(this.requestor, query));
  }

  /**
   * C-MOVE, Study Root (PS3.4 §C.4.2): the final response, status 0000 or B000; FE00 is `cancelled`, any other `refused`.
   * The objects go to `destination`, on associations that the peer opens: `listenDicom`.
   */
  move(query: MoveQuery): Promise<Result<RetrieveAnswer>> {
    return this.inTurn(() => runMove(this.requestor, query));
  }

  /** C-GET, Study Root (PS3.4 §C.4.3): as `move`, but the objects come on this association, opened with `getContexts`. */
  get(query: RetrieveQuery, store: StoreHandler): Promise<Result<RetrieveAnswer>> {
    return this.inTurn(() => runGet(this.requestor, query, store));
  }

  /**
   * C-STORE (PS3.4 §B.2): one object, at the pace the peer takes it. Statuses 0000 and warnings are values, others
   * `refused`. What the data set's iterator throws is thrown on, and the association aborted.
   */
  store(object: StoreObject): Promise<Result<StoreAnswer>> {
    return this.inTurn(() => runStore(this.requestor, object));
  }

  /** Releases in order (PS3.8 §7.2) after the operations under way; a peer that does not answer is aborted. Never fails. */
  release(): Promise<void> {
    return this.inTurn(() => this.requestor.release());
  }

  /** A-ABORT at once (PS3.8 §7.3); operations under way end with this failure. */
  abort(failure: PeerFailure = { kind: 'cancelled', detail: 'aborted by us' }): void {
    this.requestor.abort(failure);
  }

  private inTurn<T>(operation: () => Promise<T>): Promise<T> {
    const result = this.turn.then(operation);
    this.turn = result.catch(() => undefined);
    return result;
  }
}
