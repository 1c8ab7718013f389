import { DatasetError } from '../dataset/dataset-error.js';
import type { PdvFragment } from '../pdu/pdu.js';
import { AbortCauses, PduError } from '../pdu/pdu-error.js';
import { type Command, decodeCommand, MAX_COMMAND_LENGTH } from './command-set.js';

/** A DIMSE message: its command, and its data set as encoded in the context's transfer syntax. */
export interface DimseMessage {
  readonly contextId: number;
  readonly command: Command;
  readonly dataset?: Buffer;
}

/** Longest data set gathered in memory: identifiers are small, objects are handed on. */
const MAX_GATHERED_LENGTH = 1_048_576;

/** Takes a data set as its bytes arrive: slices that may be kept. */
export interface DatasetTaker {
  write(bytes: Buffer): void;
  end(): void;
}

/**
 * Joins the fragments of messages (PS3.7 §6.3, PS3.8 Annex E.2). The data set of a command that `takerOf` takes is handed
 * on and never joined; such a command makes no message. Throws PduError on fragments out of place.
 */
export class MessageAssembler {
  private parts: Buffer[] = [];
  private length = 0;
  /** The message whose data set is awaited, and who takes it. */
  private pending:
    { readonly contextId: number; readonly command: Command; readonly taker: DatasetTaker | undefined } | undefined;
  private contextId: number | undefined;

  constructor(
    private readonly accepts: (contextId: number) => boolean,
    private readonly onMessage: (message: DimseMessage) => void,
    private readonly takerOf: (contextId: number, command: Command) => DatasetTaker | undefined = () => undefined,
  ) {}

  push(fragment: PdvFragment): void {
    this.check(fragment);
    this.contextId = fragment.last ? undefined : fragment.contextId;
    if (!fragment.command && this.pending?.taker) this.handOn(this.pending.taker, fragment);
    else this.gather(fragment);
  }

  private handOn(taker: DatasetTaker, { bytes, last }: PdvFragment): void {
    if (last) this.pending = undefined;
    if (bytes.length > 0) taker.write(bytes);
    if (last) taker.end();
  }

  private gather(fragment: PdvFragment): void {
    this.length += fragment.bytes.length;
    if (this.length > (fragment.command ? MAX_COMMAND_LENGTH : MAX_GATHERED_LENGTH)) {
      throw new PduError('limit', fragment.command ? 'command set too long' : 'data set too long');
    }
    // Copied one by one: a byte a fragment would otherwise keep a whole chunk alive for each. Empty ones do not add up.
    if (fragment.bytes.length > 0) this.parts.push(Buffer.from(fragment.bytes));
    if (!fragment.last) return;
    const bytes = Buffer.concat(this.parts);
    this.parts = [];
    this.length = 0;
    if (fragment.command) this.endCommand(fragment.contextId, bytes);
    else this.endDataset(bytes);
  }

  private check({ contextId, command }: PdvFragment): void {
    if (!this.accepts(contextId)) throw new PduError('malformed', 'presentation context never accepted');
    if (command && this.pending) throw new PduError('malformed', 'command where a data set was due');
    if (!command && !this.pending) throw new PduError('malformed', 'data set without its command');
    const expected = this.contextId ?? this.pending?.contextId ?? contextId;
    if (contextId !== expected) throw new PduError('malformed', 'presentation context changed within a message');
  }

  private endCommand(contextId: number, bytes: Buffer): void {
    const command = readCommand(bytes);
    if (command.hasDataset) this.pending = { contextId, command, taker: this.takerOf(contextId, command) };
    else this.onMessage({ contextId, command });
  }

  private endDataset(dataset: Buffer): void {
    const message = this.pending;
    this.pending = undefined;
    if (message) this.onMessage({ contextId: message.contextId, command: message.command, dataset });
  }
}

function readCommand(bytes: Buffer): Command {
  try {
    return decodeCommand(bytes);
  } catch (error) {
    if (error instanceof DatasetError)
      throw new PduError('malformed', `command set ${error.message}`, AbortCauses.byUser);
    throw error;
  }
}
