import { AddressList, unmapped } from './address-list.js';

const list = (...entries: string[]): AddressList => {
  const parsed = AddressList.parse(entries);
  if (!parsed.ok) throw new Error(parsed.wrong.join());
  return parsed.value;
};

describe('address list', () => {
  it.each([
    ['10.0.0.7', '10.0.0.7', true],
    ['10.0.0.7', '10.0.0.8', false],
    ['10.0.0.0/8', '10.255.1.2', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['10.0.0.0/8', '::ffff:10.1.2.3', true],
    ['::ffff:10.1.2.3', '10.1.2.3', true],
    ['2001:db8::/32', '2001:db8:1::5', true],
    ['2001:db8::/32', '2001:db9::1', false],
    ['::1', '::1', true],
    ['0.0.0.0/0', '192.0.2.1', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['10.0.0.0/8', 'not an address', false],
    ['10.0.0.0/8', '', false],
  ])('%s has %s: %s', (entry, address, expected) => {
    expect(list(entry).has(address)).toBe(expected);
  });

  it('has nothing when empty', () => {
    expect(list().has('127.0.0.1')).toBe(false);
  });

  it('names every wrong entry', () => {
    const wrong = [
      '10.0.0',
      '10.0.0.0/33',
      '2001:db8::/129',
      '10.0.0.0/8/8',
      'ris.example',
      '10.0.0.0/',
      '10.0.0.0/-1',
      'fe80::1%eth0',
    ];
    expect(AddressList.parse(['10.0.0.1', ...wrong])).toEqual({ ok: false, wrong });
  });

  it('reads IPv4-mapped addresses as IPv4', () => {
    expect(unmapped('::ffff:192.0.2.1')).toBe('192.0.2.1');
    expect(unmapped('2001:db8::1')).toBe('2001:db8::1');
  });
});
