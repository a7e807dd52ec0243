import { maxQuantity, type VariantId } from '@cartwright/contracts';
import { DomainError } from '../kernel/index.ts';
import type { StoreTerms } from '../pricing/index.ts';

/** Throws `CURRENCY_MISMATCH` for a currency that the store does not sell in. Without a list of currencies it sells in all. */
export const assertSoldIn = ({ currency, storeCurrency, currencies }: StoreTerms): void => {
  if (currency !== storeCurrency && currencies.length > 0 && !currencies.includes(currency))
    throw new DomainError('CURRENCY_MISMATCH', `This store does not sell in ${currency}.`, {
      details: { currencies: [storeCurrency, ...currencies] },
    });
};

/** Checks the units of one line. Throws `INVALID_QUANTITY` above the limit of a line. */
export const assertQuantity = (variantId: VariantId, quantity: number): number => {
  if (quantity <= maxQuantity) return quantity;
  throw new DomainError('INVALID_QUANTITY', `A cart line can have at most ${maxQuantity} units.`, {
    details: { variantId, requested: quantity },
  });
};
