import type { Address } from '@cartwright/contracts';

/** The region of an address as rates and zones store it: `CA` for `ca` and for `US-CA`; null when it is no code. */
export const regionCode = ({ region, countryCode }: Pick<Address, 'region' | 'countryCode'>): string | null => {
  const code = (region ?? '').trim().toUpperCase();
  const short = code.startsWith(`${countryCode}-`) ? code.slice(countryCode.length + 1) : code;
  return /^[A-Z0-9]{1,3}$/.test(short) ? short : null;
};
