import { isIPv6 } from 'node:net';

/** The first four groups of an IPv6 address in any notation. */
const prefixOf = (address: string): string => {
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = '', tail] = canonical.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups = tail === undefined ? left : [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right];
  return `${groups.slice(0, 4).join(':')}::/64`;
};

/**
 * The network that rate limits count: an IPv4 address, or the /64 of an IPv6 address, because one connection can use every address
 * of its /64. An IPv4 address in IPv6 notation counts as IPv4.
 */
export const networkOf = (address: string | undefined): string => {
  if (address === undefined) return 'unknown';
  const bare = address.split('%')[0] ?? address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1];
  if (mapped !== undefined) return mapped;
  return isIPv6(bare) ? prefixOf(bare) : bare;
};
