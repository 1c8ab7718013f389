import type { ErrorCode, RetrieveOutcome, RetrieveRequest } from '@drimbox/contracts';
import { type BridgeClient, ObjectSource, type SourceObject } from '@drimbox/images';
import type { View } from '../session/session.js';
import type { CatalogueSeries } from './catalogue.js';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Retrieved {
  readonly outcome: 'complete' | 'incomplete' | 'failed';
  readonly code?: ErrorCode;
}

/** Between two tries of what broke off, the longer the more often it did. */
const PAUSE_MILLISECONDS = 500;
/** Ends that say nothing of the PACS: pacs-bridge is away, gave this reader up, or ends what others had begun and left. */
const PASSING: ReadonlySet<string> = new Set(['DRIM-106', 'DRIM-312', 'DRIM-315']);

type Take = (object: SourceObject) => Promise<'more' | 'enough'>;
type Part = CatalogueSeries['parts'][number];

/** `passing`: it may go on where it broke off. */
type Asked = 'enough' | { readonly ended: Retrieved; readonly passing: boolean };

/**
 * Asks pacs-bridge for the parts of a series and gives their objects one after the other. It serves every reader from one retrieval and
 * its spool: a second visit costs the PACS nothing. @param tries how often what breaks off between two objects is asked for; no object is
 * given twice. @returns how it ended; what breaks off ends as incomplete.
 */
export async function retrieve(
  bridge: BridgeClient,
  view: View,
  { parts }: Pick<CatalogueSeries, 'parts'>,
  signal: AbortSignal,
  take: Take,
  tries = 1,
): Promise<Retrieved> {
  let worst: Retrieved = { outcome: 'complete' };
  for (const part of parts) {
    const given = new Set<string>();
    let asked = await retrievePart(bridge, view, part, signal, take, given);
    for (let tried = 1; asked !== 'enough' && asked.passing && tried < tries && !signal.aborted; tried += 1) {
      await pauseBeforeTry(tried, signal);
      asked = await retrievePart(bridge, view, part, signal, take, given);
    }
    if (asked === 'enough') return worst;
    if (asked.ended.outcome !== 'complete') worst = asked.ended;
    if (asked.ended.outcome === 'failed') break;
  }
  return worst;
}

/** What pacs-bridge is asked for a part of a series. */
export const wantedOf = (view: View, { series, instance, expected }: Part): RetrieveRequest => ({
  study: view.study,
  series,
  ...(instance !== undefined && { instance }),
  ...(expected !== undefined && { expected }),
  purpose: 'viewer',
  flow: view.id,
});

/** @param tried how often it has been so far. */
export const pauseBeforeTry = (tried: number, signal?: AbortSignal): Promise<void> =>
  sleep(PAUSE_MILLISECONDS * tried, undefined, { signal }).catch(() => undefined);

export interface OpenedInstance {
  readonly object: SourceObject;
  close(): Promise<void>;
}

/** One object, to be read and then closed; undefined when it cannot be had now. */
export async function openInstance(
  bridge: BridgeClient,
  view: View,
  { series, instance }: { readonly series: string; readonly instance: string },
  signal: AbortSignal,
): Promise<OpenedInstance | undefined> {
  const answer = await bridge.retrieve(view.pacsLink, wantedOf(view, { series, instance }), signal);
  if (!answer.ok) return undefined;
  const source = new ObjectSource(answer.parts);
  try {
    for (let object = await source.next(); object; object = await source.next()) {
      if (object.head.sopInstance === instance) return { object, close: () => source.close() };
    }
  } catch (error) {
    if (!isBroken(error)) throw error;
  }
  await source.close();
  return undefined;
}

async function retrievePart(
  bridge: BridgeClient,
  view: View,
  part: Part,
  signal: AbortSignal,
  take: Take,
  given: Set<string>,
): Promise<Asked> {
  const answer = await bridge.retrieve(view.pacsLink, wantedOf(view, part), signal);
  if (!answer.ok) return endedAs({ outcome: 'failed', code: answer.failure.code });
  const source = new ObjectSource(answer.parts);
  let taking = false;
  try {
    for (let object = await source.next(); object; object = await source.next()) {
      const { series, sopInstance } = object.head;
      // Only what the pointer names, even when the PACS sends more along.
      if (series !== part.series || given.has(sopInstance)) continue;
      taking = true;
      if ((await take(object)) === 'enough') return 'enough';
      taking = false;
      given.add(sopInstance);
      await source.finishObject();
    }
    return source.outcome ? endedAs(outcomeOf(source.outcome)) : brokenOff(true);
  } catch (error) {
    // Half an object has been given: it cannot be begun again.
    if (isBroken(error)) return brokenOff(!taking);
    throw error;
  } finally {
    await source.close();
  }
}

const endedAs = (ended: Retrieved): Asked => ({ ended, passing: PASSING.has(ended.code ?? '') });
const brokenOff = (passing: boolean): Asked => ({ ended: { outcome: 'incomplete', code: 'DRIM-308' }, passing });

function outcomeOf({ outcome, code = 'DRIM-308' }: RetrieveOutcome): Retrieved {
  if (outcome === 'complete') return { outcome };
  return { outcome: outcome === 'failed' ? 'failed' : 'incomplete', code };
}

/** A stream that ended before its time. */
export const isBroken = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'DRIM-308';
