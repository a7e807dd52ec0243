import { isIPv6 } from 'node:net';

/** The four groups of a network prefix, from an address in any spelling. */
const prefixOf = (address: string): string => {
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = '', tail] = canonical.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups = tail === undefined ? left : [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right];
  return `${groups.slice(0, 4).join(':')}::/64`;
};

/**
 * What limits by network address count: an IPv4 address, or the /64 of an IPv6 one, which one connection can move about in
 * freely. An IPv4 address in IPv6 spelling is itself.
 */
export const networkOf = (address: string | undefined): string => {
  if (address === undefined) return 'unknown';
  const bare = address.split('%')[0] ?? address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1];
  if (mapped !== undefined) return mapped;
  return isIPv6(bare) ? prefixOf(bare) : bare;
};
