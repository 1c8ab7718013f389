import { STORAGE_SOP_CLASSES } from '../dictionary/storage-sop-classes.js';
import { TRANSFER_SYNTAXES } from '../dictionary/transfer-syntaxes.js';
import type { Peer } from '../association/peer.js';
import { type DicomListener, listenDicom } from '../scp/listen.js';
import type { ScpEvent, ScpOptions } from '../scp/scp-options.js';
import { TransferSyntax } from '../uids.js';

export const ALL_CLASSES: ReadonlySet<string> = new Set(STORAGE_SOP_CLASSES.map(({ uid }) => uid));
/** Best first: implicit little endian, which says least, is the last choice. */
export const ALL_SYNTAXES: readonly string[] = TRANSFER_SYNTAXES.map(({ uid }) => uid).toSorted(
  (a, b) => Number(a === TransferSyntax.ImplicitLittleEndian) - Number(b === TransferSyntax.ImplicitLittleEndian),
);

export interface TestScp {
  readonly listener: DicomListener;
  readonly events: ScpEvent[];
  /** Us, as another association of ours would call. */
  readonly peer: Peer;
}

/** An SCP on a port of its own that admits everybody with everything, unless told otherwise. */
export async function testScp(options: Partial<ScpOptions> = {}): Promise<TestScp> {
  const events: ScpEvent[] = [];
  const listener = await listenDicom({
    host: '127.0.0.1',
    port: 0,
    admit: () => ({ ok: true, sopClasses: ALL_CLASSES, transferSyntaxes: ALL_SYNTAXES }),
    onEvent: (event) => events.push(event),
    ...options,
  });
  const peer = { host: '127.0.0.1', port: listener.port, calledAe: 'DRIMBOX', callingAe: 'TEST' };
  return { listener, events, peer };
}
