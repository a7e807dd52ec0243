import type { Reader } from '../kernel/index.ts';
import { findUsablePromo, type RuleFacts } from '../pricing/index.ts';
import type { CartRow } from './cart.locks.ts';

/** The promo code of each cart, null for none and for one that can no longer be used: one statement for each code. */
export const readPromos = async (
  reader: Pick<Reader, 'db'>,
  carts: readonly Pick<CartRow, 'promoCode' | 'currency'>[],
): Promise<(RuleFacts | null)[]> => {
  const found = new Map<string, RuleFacts | null>();
  const keyOf = ({ promoCode, currency }: Pick<CartRow, 'promoCode' | 'currency'>) => `${currency} ${promoCode}`;
  for (const cart of carts)
    if (cart.promoCode !== null && !found.has(keyOf(cart)))
      found.set(keyOf(cart), await findUsablePromo(reader, cart.promoCode, cart.currency));
  return carts.map((cart) => found.get(keyOf(cart)) ?? null);
};
