import { openAssociation } from './association/association.js';
import type { Peer } from './association/peer.js';
import type { Dataset } from './dataset/dataset.js';
import { ECHO_CONTEXT, type EchoOptions } from './dimse/echo.js';
import { FIND_CONTEXT, type FindQuery } from './dimse/find.js';
import type { Result } from './peer-failure.js';

/** One C-ECHO on an association of its own: is this peer alive, and does it know us? */
export async function echo(peer: Peer, options: EchoOptions = {}): Promise<Result<void>> {
  const association = await openAssociation(peer, [ECHO_CONTEXT], options);
  if (!association.ok) return association;
  const answer = await association.value.echo(options);
  await association.value.release();
  return answer;
}

/**
 * One C-FIND on an association of its own; for several, open one with FIND_CONTEXT.
 * Throws DatasetError when a key cannot be written.
 */
export async function find(peer: Peer, query: FindQuery): Promise<Result<readonly Dataset[]>> {
  const association = await openAssociation(peer, [FIND_CONTEXT], query);
  if (!association.ok) return association;
  try {
    return await association.value.find(query);
  } finally {
    await association.value.release();
  }
}
