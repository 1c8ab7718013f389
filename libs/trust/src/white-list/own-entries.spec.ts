import { parseDn } from '../dn/dn.js';
import { compareLists } from './compare-lists.js';
import type { ListEntry } from './list-content.js';
import { ownFaults } from './own-entries.js';

const entry = (n: number, dn = `CN=db${n}.example.fr,OU=1,C=FR`): ListEntry => ({
  id: String(n),
  db: `db${n}.example.fr`,
  vi: null,
  operator: 'X',
  operatorDn: dn,
  support: '',
  updatedAt: null,
});
const served = (which: 'current' | 'next', dn: string) => ({ which, subject: parseDn(dn)! });

it('tells what others would hold against us', () => {
  const own = [
    { fqdn: 'db1.example.fr', served: [served('current', 'C=FR,OU=1,CN=db1.example.fr')] },
    {
      fqdn: 'db2.example.fr',
      served: [served('current', 'CN=db2.example.fr,OU=1,C=FR'), served('next', 'CN=db2.example.fr,OU=2,C=FR')],
    },
    { fqdn: 'db3.example.fr', served: [served('current', 'CN=db3.example.fr,OU=1,C=FR')] },
    { fqdn: 'db4.example.fr', served: [] },
  ];
  expect(ownFaults(own, [entry(1), entry(2), entry(4)])).toEqual([
    { kind: 'other-dn', fqdn: 'db2.example.fr', which: 'next', served: 'CN=db2.example.fr,OU=2,C=FR' },
    { kind: 'missing', fqdn: 'db3.example.fr' },
  ]);
});

it('compares lists by what they say, not by how', () => {
  const before = [entry(1), entry(2), entry(3)];
  const after = [
    { ...entry(3, 'C=FR, OU=1, CN=db3.example.fr'), updatedAt: new Date() },
    { ...entry(2), support: 'other' },
    entry(4),
  ];
  expect(compareLists(before, after)).toEqual({
    added: ['db4.example.fr'],
    removed: ['db1.example.fr'],
    changed: ['db2.example.fr'],
  });
});
