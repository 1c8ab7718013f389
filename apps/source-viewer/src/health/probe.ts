import type { LinkCondition, ProbeAnswer, ProbeBody } from '@drimbox/contracts';
import type { Settings } from '../config/settings.js';

/** Which checks are asked for. */
export type ProbeScope = 'both' | 'drimbox' | 'pacs';

export interface ProbeFacts {
  readonly drimboxUp: boolean;
  /** Undefined: pacs-bridge has said nothing of this link yet. */
  readonly pacs: LinkCondition['state'] | undefined;
}

export type ProbeRules = Pick<Settings, 'healthBody' | 'healthUpCode' | 'healthDownCode' | 'healthMaintenance'>;

type Check = ProbeBody['checks'][number];

/** What a probe is told (DB.SO.182, .183). A PACS of which nothing is known is not called up. */
export function probeAnswer(scope: ProbeScope, { drimboxUp, pacs }: ProbeFacts, rules: ProbeRules): ProbeAnswer {
  const pacsUp = pacs === 'up' || (pacs === 'maintenance' && rules.healthMaintenance === 'up');
  const all: Check[] = [check('DRIMbox', drimboxUp), check('PACS', pacsUp)];
  const checks = scope === 'both' ? all : all.filter(({ name }) => name === (scope === 'pacs' ? 'PACS' : 'DRIMbox'));
  const up = checks.every(({ status }) => status === 'UP');
  return {
    http: up ? rules.healthUpCode : rules.healthDownCode,
    body: { status: up ? 'UP' : 'DOWN', checks: rules.healthBody === 'checks' ? checks : [] },
  };
}

const check = (name: Check['name'], up: boolean): Check => ({ name, status: up ? 'UP' : 'DOWN' });
