/** The destination of a cart as rates and zones know it, and the refusal of a region that they need and do not know. */
import { DomainError } from '../kernel/index.ts';
import { findRegion, listRegions, regionsAround } from '../places/index.ts';
import type { CartTerms, Destination } from './engine/engine.facts.ts';
import { regionKey } from './region.policy.ts';

/** A region that is missing, or that is no region of its country, where tax or shipping depends on the region. */
export interface UnknownRegion {
  readonly countryCode: string;
  /** What was given; null for nothing. */
  readonly region: string | null;
}

/**
 * Finds the region among those of ISO 3166-2, by code or name; a code that only a rate or a zone of the shop has is found as well. Whatever
 * prices a cart uses this, so that spelling never decides tax or shipping.
 */
export const findDestination = (
  countryCode: string | null,
  typed: string | null,
  terms: Pick<CartTerms, 'taxRates' | 'shippingMethods'>,
): { readonly destination: Destination | null; readonly unknownRegion: UnknownRegion | null } => {
  if (countryCode === null) return { destination: null, unknownRegion: null };
  const at = (region: string) => ({
    destination: { countryCode, region, within: regionsAround(countryCode, region) },
    unknownRegion: null,
  });
  const known = findRegion(countryCode, typed);
  if (known !== null) return at(known);
  const used = usedRegions(countryCode, terms);
  const own = regionKey(countryCode, typed ?? '');
  if (used.has(own)) return at(own);
  return {
    destination: { countryCode, region: null, within: [] },
    unknownRegion: used.size > 0 ? { countryCode, region: typed?.trim() || null } : null,
  };
};

/** The regions of a country that have rates or zones of their own. */
const usedRegions = (countryCode: string, { taxRates, shippingMethods }: Pick<CartTerms, 'taxRates' | 'shippingMethods'>): Set<string> =>
  new Set([
    ...taxRates.flatMap((rate) => (rate.countryCode === countryCode && rate.region !== null ? [rate.region] : [])),
    ...shippingMethods.flatMap((method) => method.regions).flatMap((code) => (code.startsWith(`${countryCode}-`) ? [code.slice(3)] : [])),
  ]);

/** Why a destination cannot be priced, for its buyer. */
export const unknownRegionText = ({ countryCode, region }: UnknownRegion): string => {
  const [example] = listRegions(countryCode);
  const such = example ? `, such as ${example.name} or ${example.code}` : '';
  const what = region === null ? 'The address has no region' : `${region} is no region of ${countryCode}`;
  return `${what}, and tax or shipping in ${countryCode} depends on it. Send the name or the ISO 3166-2 code of the region${such}.`;
};

/** `REGION_REQUIRED`, with the regions to choose from. `path` is the field that should name the region. */
export const regionRequired = (unknown: UnknownRegion, path: string): DomainError => {
  const message = unknownRegionText(unknown);
  return new DomainError('REGION_REQUIRED', message, {
    details: { ...unknown, regions: listRegions(unknown.countryCode) },
    fields: [{ path, message }],
  });
};

/** Throws `REGION_REQUIRED` for a region that was given and is not known. An estimate for a country as a whole stays possible. */
export const assertGivenRegion = (unknown: UnknownRegion | null, path = 'region'): void => {
  if (unknown && unknown.region !== null) throw regionRequired(unknown, path);
};
