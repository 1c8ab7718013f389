import type { ErrorCode, RetrieveOutcome, RetrieveRequest } from '@drimbox/contracts';
import { type BridgeClient, ObjectSource, type SourceObject } from '@drimbox/images';
import type { View } from '../session/session.js';
import type { CatalogueSeries } from './catalogue.js';

export interface Retrieved {
  readonly outcome: 'complete' | 'incomplete' | 'failed';
  readonly code?: ErrorCode;
}

/**
 * Asks pacs-bridge for the parts of a series and gives their objects one after the other. It serves every reader from one retrieval and
 * its spool: a second visit costs the PACS nothing. @returns how it ended; what breaks off ends as incomplete.
 */
export async function retrieve(
  bridge: BridgeClient,
  view: View,
  { parts }: Pick<CatalogueSeries, 'parts'>,
  signal: AbortSignal,
  take: (object: SourceObject) => Promise<'more' | 'enough'>,
): Promise<Retrieved> {
  let worst: Retrieved = { outcome: 'complete' };
  for (const part of parts) {
    const ended = await retrievePart(bridge, view, part, signal, take);
    if (ended === 'enough') return worst;
    if (ended.outcome !== 'complete') worst = ended;
    if (ended.outcome === 'failed') break;
  }
  return worst;
}

/** What pacs-bridge is asked for a part of a series. */
export const asked = (
  view: View,
  { series, instance, expected }: CatalogueSeries['parts'][number],
): RetrieveRequest => ({
  study: view.study,
  series,
  ...(instance !== undefined && { instance }),
  ...(expected !== undefined && { expected }),
  purpose: 'viewer',
  flow: view.id,
});

async function retrievePart(
  bridge: BridgeClient,
  view: View,
  part: CatalogueSeries['parts'][number],
  signal: AbortSignal,
  take: (object: SourceObject) => Promise<'more' | 'enough'>,
): Promise<Retrieved | 'enough'> {
  const { series } = part;
  const answer = await bridge.retrieve(view.pacsLink, asked(view, part), signal);
  if (!answer.ok) return { outcome: 'failed', code: answer.failure.code };
  const source = new ObjectSource(answer.parts);
  try {
    for (let object = await source.next(); object; object = await source.next()) {
      // Only what the pointer names, even when the PACS sends more along.
      if (object.head.series !== series) continue;
      if ((await take(object)) === 'enough') return 'enough';
      await source.finishObject();
    }
    return outcomeOf(source.outcome);
  } catch (error) {
    if (isBroken(error)) return { outcome: 'incomplete', code: 'DRIM-308' };
    throw error;
  } finally {
    await source.close();
  }
}

function outcomeOf(outcome: RetrieveOutcome | undefined): Retrieved {
  if (!outcome) return { outcome: 'incomplete', code: 'DRIM-308' };
  if (outcome.outcome === 'complete') return { outcome: 'complete' };
  const code = outcome.code ?? 'DRIM-308';
  return { outcome: outcome.outcome === 'failed' ? 'failed' : 'incomplete', code };
}

const isBroken = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'DRIM-308';
