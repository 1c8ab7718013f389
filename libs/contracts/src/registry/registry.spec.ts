import { readRegistry } from './check.js';
import { findSender } from './lookup.js';

const structure = {
  id: '1990000001',
  name: 'Alpha',
  sector: 'SA08',
  authCertificate: 'alpha-auth',
  signCertificate: 'alpha-sign',
};
const link = (n: number) => ({
  id: `pacs-${n}`,
  host: '127.0.0.1',
  port: 11110 + n,
  calledAe: `PACS${n}`,
  callingAe: `DRIMBOX${n}`,
  db: `db${n}.990.mesimagesmedicales.fr`,
  vi: `vi${n}.990.mesimagesmedicales.fr`,
  listen: { port: 11_200 + n, allow: ['127.0.0.1'] },
});
const site = () => ({
  id: 'site-a',
  name: 'Site A',
  structures: [structure],
  hl7Listeners: [{ id: 'hl7-a', port: 2575, allow: ['127.0.0.1'] }],
  risSenders: [{ id: 'ris-a', application: 'RIS-A', facility: 'CRA', pacsLink: 'pacs-1' }],
  pacsLinks: [link(1), link(2)],
});
const registry = (...sites: object[]) => ({ version: 1, sites });

const faultsOf = (json: unknown, certificates?: Set<string>): string[] => {
  const result = readRegistry(json, certificates);
  return result.ok ? [] : result.faults;
};

describe('the site registry', () => {
  it('reads a good one and fills the defaults', () => {
    const result = readRegistry(registry(site()), new Set(['alpha-auth', 'alpha-sign']));
    expect(result).toMatchObject({
      ok: true,
      registry: { sites: [{ pacsLinks: [{ maxAssociations: 4, relational: false }, {}] }] },
    });
  });

  it('says where a value is wrong', () => {
    const bad = { ...site(), pacsLinks: [{ ...link(1), port: 70_000 }] };
    expect(faultsOf(registry(bad)).join('\n')).toMatch(/sites\[0\]\.pacsLinks\[0\]\.port/);
  });

  it.each<[string, object, RegExp]>([
    ['a db/vi pair used twice', { ...site(), pacsLinks: [link(1), { ...link(2), db: link(1).db }] }, /own db\/vi pair/],
    [
      'a PACS declared twice',
      { ...site(), pacsLinks: [link(1), { ...link(2), calledAe: 'PACS1', port: 11111 }] },
      /declared twice: a PACS belongs/,
    ],
    [
      'a RIS that leads nowhere',
      { ...site(), risSenders: [{ id: 'ris-a', application: 'R', pacsLink: 'nowhere' }] },
      /leads to PACS link "nowhere"/,
    ],
    [
      'a RIS that cannot be recognised',
      { ...site(), risSenders: [{ id: 'ris-a', pacsLink: 'pacs-1' }] },
      /cannot be recognised/,
    ],
    ['a structure twice', { ...site(), structures: [structure, structure] }, /structure 1990000001 is declared twice/],
    [
      'an EG structure with another VIHF structure',
      { ...site(), structures: [{ ...structure, vihfStructure: '1990000009' }] },
      /needs mode "EJ\/EG"/,
    ],
  ])('refuses %s in plain words', (_name, bad, expected) => {
    expect(faultsOf(registry(bad)).join('\n')).toMatch(expected);
  });

  it('refuses a structure whose certificate the store does not hold', () => {
    expect(faultsOf(registry(site()), new Set(['alpha-auth']))).toEqual([
      'site "site-a": structure 1990000001 needs certificate "alpha-sign", which the store does not hold',
    ]);
  });

  it('refuses a PACS shared by two sites', () => {
    const other = { ...site(), id: 'site-b', hl7Listeners: [{ id: 'hl7-b', port: 2576, allow: ['127.0.0.1'] }] };
    expect(faultsOf(registry(site(), other)).join('\n')).toMatch(/PACS link "pacs-1" is declared twice/);
  });
});

describe('which RIS sent a message', () => {
  const result = readRegistry(
    registry({
      ...site(),
      risSenders: [
        { id: 'by-application', application: 'RIS-A', pacsLink: 'pacs-1' },
        { id: 'by-both', application: 'RIS-A', facility: 'CRA', pacsLink: 'pacs-2' },
        { id: 'by-performer', performer: '1990000001', pacsLink: 'pacs-2' },
      ],
    }),
  );
  const parsed = result.ok ? result.registry.sites[0] : undefined;

  it.each([
    [{ application: 'RIS-A', facility: 'CRA' }, 'by-both'],
    [{ application: 'RIS-A', facility: 'OTHER' }, 'by-application'],
    [{ application: 'X', facility: 'Y', performer: '1990000001' }, 'by-performer'],
    [{ application: 'X', facility: 'Y' }, undefined],
  ])('%j → %s', (traits, expected) => {
    expect(parsed && findSender(parsed, traits)?.id).toBe(expected);
  });
});
