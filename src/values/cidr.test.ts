import { BlockList } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatAddress, isStrictlyWithin, networkOf, parseCidr } from './cidr.ts';

const networks = fc.oneof(
  fc.tuple(fc.ipV4(), fc.nat(32), fc.constant('ipv4' as const)),
  fc.tuple(fc.ipV6(), fc.nat(128), fc.constant('ipv6' as const)),
);
const blockOf = ([address, prefix, family]: [string, number, 'ipv4' | 'ipv6']): BlockList => {
  const block = new BlockList();
  block.addSubnet(address, prefix, family);
  return block;
};

describe('a network', () => {
  it('holds what Node says it holds', () => {
    fc.assert(
      fc.property(networks, networks, (outer, inner) => {
        const [a, b] = [parseCidr(`${outer[0]}/${outer[1]}`), parseCidr(`${inner[0]}/${inner[1]}`)];
        expect(a).toBeDefined();
        expect(b).toBeDefined();
        const holds = outer[2] === inner[2] && inner[1] > outer[1] && blockOf(outer).check(inner[0], inner[2]);
        expect(a !== undefined && b !== undefined && isStrictlyWithin(b, a)).toBe(holds);
      }),
    );
  });

  it('has an address that is read back as it is written', () => {
    fc.assert(
      fc.property(networks, ([address, prefix]) => {
        const read = parseCidr(`${address}/${prefix}`);
        const text = read === undefined ? '' : formatAddress(read.address, read.bits);
        expect(parseCidr(`${text}/${prefix}`)).toEqual(read);
      }),
    );
  });

  it.each([
    ['10.1.2.3/8', '10.0.0.0'],
    ['2001:db8::ff/32', '2001:db8::'],
    ['::ffff:1.2.3.4/128', '::ffff:102:304'],
    ['0.0.0.0/0', '0.0.0.0'],
  ])('%s begins at %s', (text, network) => {
    const read = parseCidr(text);
    expect(read && formatAddress(networkOf(read), read.bits)).toBe(network);
  });

  it.each([
    '10.0.0.0',
    '10.0.0.0/33',
    '10.0.0/8',
    'fd00::/129',
    'fe80::1%eth0/64',
    '1.2.3.4/8/8',
    '/8',
    '1.2.3.4/-1',
    '',
  ])('is not %j', (text) => {
    expect(parseCidr(text)).toBeUndefined();
  });
});
