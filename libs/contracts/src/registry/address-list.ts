import { BlockList, isIP } from 'node:net';

/** Addresses and CIDR blocks, IPv4 and IPv6. An IPv4-mapped IPv6 address (`::ffff:10.0.0.1`) counts as the IPv4 one. */
export class AddressList {
  private readonly list = new BlockList();

  private constructor(readonly entries: readonly string[]) {}

  /** Reads `10.0.0.7`, `10.0.0.0/8`, `2001:db8::/32`…; names every entry that is not an address or a block. */
  static parse(entries: readonly string[]): { ok: true; value: AddressList } | { ok: false; wrong: string[] } {
    const value = new AddressList(entries);
    const wrong = entries.filter((entry) => !value.add(entry));
    return wrong.length === 0 ? { ok: true, value } : { ok: false, wrong };
  }

  /** Of a registry's `allow`, whose schema has refused what is no address; anything else is a RangeError. */
  static of(entries: readonly string[]): AddressList {
    const parsed = AddressList.parse(entries);
    if (!parsed.ok) throw new RangeError(`not addresses: ${parsed.wrong.join(', ')}`);
    return parsed.value;
  }

  has(address: string): boolean {
    const plain = unmapped(address);
    const version = isIP(plain);
    return version !== 0 && this.list.check(plain, version === 4 ? 'ipv4' : 'ipv6');
  }

  private add(entry: string): boolean {
    const [address = '', prefix, more] = entry.split('/');
    const version = isIP(address);
    if (version === 0 || more !== undefined || address.includes('%')) return false;
    const family = version === 4 ? 'ipv4' : 'ipv6';
    if (prefix === undefined) {
      const plain = unmapped(address);
      this.list.addAddress(plain, isIP(plain) === 4 ? 'ipv4' : 'ipv6');
      return true;
    }
    const bits = Number(prefix);
    if (!/^\d{1,3}$/.test(prefix) || bits > (version === 4 ? 32 : 128)) return false;
    this.list.addSubnet(address, bits, family);
    return true;
  }
}

/** Dotted form of an IPv4-mapped IPv6 address, the address itself otherwise. */
export const unmapped = (address: string): string => /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
