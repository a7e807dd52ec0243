import type { CartId, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { DomainError, hashToken, transactOnce, type Actor, type Core, type Tx } from '../kernel/index.ts';
import { getStoreTerms } from '../pricing/index.ts';
import { getCartRow } from './cart.locks.ts';
import { toCart } from './cart.queries.ts';

type Create = ShopContract['carts']['create'];

/** Opens a cart. A guest gets a token with it, shown this once; a customer's cart is bound to the account. */
export const createCart = (core: Core, actor: Actor, input: z.output<Create['input']>): Promise<z.output<Create['output']>> =>
  transactOnce(core, { answers: true }, async (tx) => {
    const { id, cartToken } = await openCart(tx, actor, input);
    const owner: Actor = actor.kind === 'guest' ? { kind: 'guest', cartToken } : actor;
    return { cart: await toCart(tx, await getCartRow(tx, id, owner)), cartToken };
  });

/** Writes the row of a new cart, in a currency that the store sells in. */
export const openCart = async (
  tx: Tx,
  actor: Actor,
  input: z.output<Create['input']>,
): Promise<{ id: CartId; cartToken: string | null }> => {
  if (actor.kind === 'system') throw new DomainError('FORBIDDEN', 'A cart belongs to a person.');
  const terms = await getStoreTerms(tx, input.countryCode ?? null, input.currency ?? null);
  const { currency, storeCurrency, currencies } = terms;
  if (currency !== storeCurrency && currencies.length > 0 && !currencies.includes(currency))
    throw new DomainError('CURRENCY_MISMATCH', `This store does not sell in ${currency}.`, {
      details: { currencies: [storeCurrency, ...currencies] },
    });
  const cartToken = actor.kind === 'guest' ? (actor.cartToken ?? tx.ids.secret()) : null;
  const id = tx.ids.next<CartId>();
  await tx.db
    .insertInto('carts')
    .values({
      id,
      user_id: actor.kind === 'user' ? actor.userId : null,
      guest_token_hash: cartToken ? hashToken(cartToken) : null,
      currency,
      country_code: input.countryCode ?? terms.defaultCountry,
    })
    .execute();
  return { id, cartToken };
};
