import { probeAnswer, type ProbeRules, type ProbeScope } from './probe.js';

const rules: ProbeRules = { healthBody: 'checks', healthUpCode: 200, healthDownCode: 503, healthMaintenance: 'down' };
const checks = (drimbox: string, pacs: string): object[] => [
  { name: 'DRIMbox', status: drimbox },
  { name: 'PACS', status: pacs },
];

it.each([
  [true, 'up', 200, 'UP', checks('UP', 'UP')],
  [true, 'down', 503, 'DOWN', checks('UP', 'DOWN')],
  [true, 'unknown', 503, 'DOWN', checks('UP', 'DOWN')],
  [true, undefined, 503, 'DOWN', checks('UP', 'DOWN')],
  [true, 'maintenance', 503, 'DOWN', checks('UP', 'DOWN')],
  [false, 'up', 503, 'DOWN', checks('DOWN', 'UP')],
] as const)('DRIMbox %s, PACS %s: %s', (drimboxUp, pacs, http, status, said) => {
  expect(probeAnswer('both', { drimboxUp, pacs }, rules)).toEqual({ http, body: { status, checks: said } });
});

it.each<[ProbeScope, number, string]>([
  ['drimbox', 200, 'DRIMbox'],
  ['pacs', 503, 'PACS'],
])('%s alone', (scope, http, name) => {
  const answer = probeAnswer(scope, { drimboxUp: true, pacs: 'down' }, rules);
  expect(answer.http).toBe(http);
  expect(answer.body.checks.map((one) => one.name)).toEqual([name]);
});

it('body, codes and the hours of maintenance are settings', () => {
  const own: ProbeRules = { healthBody: 'status', healthUpCode: 204, healthDownCode: 200, healthMaintenance: 'up' };
  expect(probeAnswer('both', { drimboxUp: true, pacs: 'maintenance' }, own)).toEqual({
    http: 204,
    body: { status: 'UP', checks: [] },
  });
  expect(probeAnswer('both', { drimboxUp: false, pacs: 'up' }, own)).toEqual({
    http: 200,
    body: { status: 'DOWN', checks: [] },
  });
});
