/** Which terms of promo codes are valid. */
import { DomainError } from '../kernel/index.ts';
import { assertEndsLater } from './pricing.changes.ts';
import type { PromoCodeTerms } from './promo-code.dto.ts';

/** Throws `INVALID_PRICE` with the field for terms that contradict each other, and `INVALID_INPUT` for an end before the start. */
export const assertPromoTerms = (terms: PromoCodeTerms): void => {
  const bad = (path: keyof PromoCodeTerms, message: string) => {
    throw new DomainError('INVALID_PRICE', `${path} ${message}.`, { fields: [{ path, message }] });
  };
  const effects = [terms.percentBasisPoints !== null, terms.amountCents !== null, terms.freeShipping].filter(Boolean);
  if (effects.length > 1) bad('amountCents', 'is a second effect: a promo code has one effect, a percentage, an amount or free shipping');
  if (terms.percentBasisPoints === 0) bad('percentBasisPoints', 'must be above 0');
  if (terms.amountCents === 0) bad('amountCents', 'must be above 0');
  if ((terms.amountCents !== null || terms.minSubtotalCents !== null) && terms.currency === null)
    bad('currency', 'is needed beside an amount');
  assertEndsLater('A promo code', terms);
};
