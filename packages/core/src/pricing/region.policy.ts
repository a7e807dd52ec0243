/** Which regions rates and zones of staff may have: those of ISO 3166-2, stored by their codes. */
import { DomainError } from '../kernel/index.ts';
import { findRegion, listRegions } from '../places/index.ts';
import type { ShippingMethodFields } from './shipping-method.policy.ts';

/** The text of a region as rates from before regions were checked have it: a code in capitals; empty for the whole country. */
export const regionKey = (countryCode: string, typed: string | undefined): string => {
  const upper = (typed ?? '').trim().toUpperCase();
  return upper.startsWith(`${countryCode}-`) ? upper.slice(3) : upper;
};

/** The error of a field that should name a region. */
export const noSuchRegion = (path: string, countryCode: string, typed: string): DomainError => {
  const [example] = listRegions(countryCode);
  const next = example ? `use its ISO 3166-2 code or its name, such as ${example.code} or ${example.name}` : 'ISO 3166-2 lists none for it';
  const message = `${typed} is no region of ${countryCode}: ${next}`;
  return new DomainError('INVALID_INPUT', `${path}: ${message}.`, { fields: [{ path, message }] });
};

/**
 * The regions of a method as they are stored: `US-CA` for `us-ca` and `US-California`, each once. What the method has already stays as it
 * is. Throws `INVALID_INPUT` for anything else.
 */
export const withRegionCodes = (fields: ShippingMethodFields, present: readonly string[] = []): ShippingMethodFields => {
  const regions = fields.regions.map((typed, i) => {
    if (present.includes(typed)) return typed;
    const countryCode = typed.slice(0, 2).toUpperCase();
    const code = findRegion(countryCode, typed.slice(3));
    if (code === null) throw noSuchRegion(`regions.${i}`, countryCode, typed.slice(3));
    return `${countryCode}-${code}`;
  });
  return { ...fields, regions: [...new Set(regions)] };
};
