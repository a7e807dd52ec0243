import { DomainError } from '../kernel/index.ts';

/** Throws `CURRENCY_MISMATCH` when the buyer was shown a different currency from the one that would be charged. */
export const assertCurrency = (expected: string | undefined, { currency }: { readonly currency: string }): void => {
  if (expected !== undefined && expected !== currency)
    throw new DomainError('CURRENCY_MISMATCH', `The prices are in ${currency}, not in ${expected}. Nothing was charged.`, {
      details: { requested: expected, available: [currency], variantId: null },
    });
};
