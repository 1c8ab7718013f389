import type { Failure } from '@drimbox/contracts';
import type { Exam, PointerTx } from '../pointer/pointer-store.js';

export const ACTS = ['retry', 'release', 'replay'] as const;

/** An operator's act on an exam, as the audit keeps it: done or refused. */
export interface ToldAct {
  readonly act: (typeof ACTS)[number];
  readonly operator: string;
  readonly exam: Exam;
  /** Versions whose state changed, or that the act was about. */
  readonly versions: readonly string[];
  readonly failure?: Failure | undefined;
}

/** The pointers in the hands of an operator, and the record of the act, in one transaction. */
export interface OperatorTx {
  readonly pointers: PointerTx;
  examOfVersion(versionId: string): Promise<string | undefined>;
  /** One audit record, committed with the act. */
  tell(told: ToldAct): Promise<void>;
}

export interface OperatorStore {
  transaction<T>(work: (tx: OperatorTx) => Promise<T>): Promise<T>;
}
