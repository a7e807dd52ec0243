/** Values of the form of a shipping method, and the method that they describe. */
import type { ShippingMethod } from '@cartwright/contracts';
import { toAmount, toCents, toGrams } from './format.ts';

type Typed = number | string;
export const blankBand = {
  minWeight: '' as Typed,
  maxWeight: '' as Typed,
  minSubtotal: '' as Typed,
  maxSubtotal: '' as Typed,
  price: '' as Typed,
};

const amountOf = (cents: number | null, currency: string): Typed => (cents === null ? '' : toAmount(cents, currency));
const centsOf = (typed: Typed, currency: string): number | null => (typed === '' ? null : toCents(typed, currency));
const grams = (kg: Typed): number | null => (kg === '' ? null : toGrams(kg));

const toBandValues = (band: ShippingMethod['bands'][number], currency: string): typeof blankBand => ({
  minWeight: band.minWeightGrams === 0 ? '' : band.minWeightGrams / 1000,
  maxWeight: band.maxWeightGrams === null ? '' : band.maxWeightGrams / 1000,
  minSubtotal: band.minSubtotalCents === 0 ? '' : amountOf(band.minSubtotalCents, currency),
  maxSubtotal: amountOf(band.maxSubtotalCents, currency),
  price: amountOf(band.priceCents, currency),
});

/** The values of an existing method, or of a new one with a single price. */
export const toShippingValues = (method: ShippingMethod | null, currency: string) => ({
  name: method?.name ?? '',
  currency: method?.currency ?? currency,
  countries: [...(method?.countries ?? [])],
  regions: [...(method?.regions ?? [])],
  freeFrom: method ? amountOf(method.freeFromCents, method.currency) : ('' as Typed),
  position: (method?.position ?? 0) as Typed,
  active: method?.active ?? true,
  bands: method ? method.bands.map((band) => toBandValues(band, method.currency)) : [{ ...blankBand }],
});
export type ShippingValues = ReturnType<typeof toShippingValues>;

export const toShippingMethod = (values: ShippingValues) => ({
  name: values.name,
  currency: values.currency,
  countries: values.countries,
  regions: values.regions,
  freeFromCents: centsOf(values.freeFrom, values.currency),
  position: Number(values.position),
  active: values.active,
  bands: values.bands.map((band) => ({
    minWeightGrams: grams(band.minWeight) ?? 0,
    maxWeightGrams: grams(band.maxWeight),
    minSubtotalCents: centsOf(band.minSubtotal, values.currency) ?? 0,
    maxSubtotalCents: centsOf(band.maxSubtotal, values.currency),
    priceCents: toCents(band.price, values.currency),
  })),
});
