import { type ErrorCode, ERRORS } from '@drimbox/contracts';

/** What an administrator is told: that something began, or that it is over. */
export interface Notice {
  readonly cause: string;
  readonly code: ErrorCode;
  readonly state: 'raised' | 'ended';
  readonly detail?: string;
  /** ISO 8601. */
  readonly at: string;
}

export interface Mail {
  readonly subject: string;
  readonly text: string;
}

/** The notice in French, as a mail of plain text. */
export function mailOf({ cause, code, state, detail, at }: Notice): Mail {
  const { fr } = ERRORS[code];
  const [sign, verb] = state === 'raised' ? ['Alerte', 'Depuis'] : ['Fin d’alerte', 'Terminé'];
  return {
    subject: `[DRIMbox] ${sign} ${code} : ${fr}`,
    text: [`${code} – ${fr}`, ...(detail === undefined ? [] : [detail]), `${verb} : ${at}`, `Cause : ${cause}`].join(
      '\n',
    ),
  };
}
