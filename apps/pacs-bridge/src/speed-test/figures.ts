import type { ErrorCode, SpeedFigures, SpeedTest } from '@drimbox/contracts';
import type { Pulled } from '../retrieve/pull.js';

/** What was counted of one retrieval of the reference study; moments of `performance.now()`. */
export interface Measured {
  readonly testId: string;
  readonly pulled: Pulled;
  readonly instances: number;
  readonly bytes: number;
  readonly transferSyntaxes: readonly string[];
  /** When the C-MOVE or C-GET left; the start of the test when it never did. */
  readonly askedAt: number;
  readonly firstByteAt: number | undefined;
  readonly lastObjectAt: number | undefined;
  readonly endedAt: number;
  /** Instances the PACS says there are. */
  readonly expected: number | undefined;
}

export interface Judged {
  readonly figures: SpeedFigures;
  /** In plain words, what differs from what is expected of the link. */
  readonly warnings: readonly string[];
}

/** Figures of a speed test and what the administrator is warned of (DB.SO.102, .155, .156). */
export function judge(measured: Measured, wanted: SpeedTest): Judged {
  const { testId, pulled, instances, bytes, transferSyntaxes, askedAt, firstByteAt } = measured;
  const endedAt = measured.lastObjectAt ?? measured.endedAt;
  const milliseconds = tenths(endedAt - askedAt);
  const ended = outcomeOf(measured);
  const warnings = ended.outcome === 'failed' ? [] : differences(measured, wanted);
  const code = ended.code ?? (warnings.length > 0 ? 'DRIM-318' : undefined);
  return {
    figures: {
      testId,
      study: wanted.study,
      outcome: ended.outcome,
      ...(code !== undefined && { code }),
      transferSyntaxes: transferSyntaxes.toSorted().slice(0, 60),
      instances,
      bytes,
      ...(firstByteAt !== undefined && { millisecondsToFirst: tenths(firstByteAt - askedAt) }),
      milliseconds,
      megabitsPerSecond: milliseconds > 0 && !pulled.failure ? Math.round((bytes * 8) / milliseconds / 10) / 100 : 0,
    },
    warnings,
  };
}

function outcomeOf({ pulled, instances, expected }: Measured): {
  outcome: SpeedFigures['outcome'];
  code?: ErrorCode;
} {
  if (pulled.failure) return { outcome: instances === 0 ? 'failed' : 'incomplete', code: pulled.failure.code };
  if (instances === 0) return { outcome: 'failed', code: 'DRIM-307' };
  const missing = pulled.failed > 0 || instances < Math.max(pulled.held ?? 0, expected ?? 0);
  return missing ? { outcome: 'incomplete', code: 'DRIM-308' } : { outcome: 'complete' };
}

function differences({ bytes, transferSyntaxes }: Measured, wanted: SpeedTest): string[] {
  const found: string[] = [];
  const { transferSyntax, bytes: volume, tolerancePercent } = wanted;
  if (transferSyntax !== undefined && transferSyntaxes.some((uid) => uid !== transferSyntax)) {
    found.push(`received in ${transferSyntaxes.toSorted().join(', ').slice(0, 150)}, expected in ${transferSyntax}`);
  }
  if (volume !== undefined && Math.abs(bytes - volume) > (volume * tolerancePercent) / 100) {
    found.push(`received ${bytes} bytes, expected ${volume} (tolerance ${tolerancePercent} %)`);
  }
  return found;
}

const tenths = (milliseconds: number): number => Math.round(Math.max(0, milliseconds) * 10) / 10;
