/** How a send to the DMP ended, as far as we know. `undefined`: the process died in between. */
export type AttemptOutcome = 'accepted' | 'refused' | 'not-sent' | 'unknown' | 'found' | 'not-found' | undefined;

/**
 * Must the DMP be asked whether it already has the document? Yes as soon as one earlier send may have reached it
 * and nothing later has settled the doubt (promise P11).
 * @param outcomes of the version's earlier attempts, oldest first; a look without an outcome is left out, since it does nothing.
 */
export function mustLookFirst(outcomes: readonly AttemptOutcome[]): boolean {
  let doubt = false;
  for (const outcome of outcomes) {
    if (outcome === undefined || outcome === 'unknown') doubt = true;
    else if (outcome !== 'not-sent') doubt = false;
  }
  return doubt;
}
