/**
 * Use-cases that change the lines of a cart. Each returns the resulting cart, and each takes the same few statements
 * whatever the number of lines and rules. Stock comes last, so that the row that every other buyer of a variant needs
 * is locked for one statement and the commit.
 */
import type { Cart, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { notFound, transact, transactOnce, underKey, type Actor, type Core, type Tx } from '../kernel/index.ts';
import { addInBatch } from './add-in-batch.ts';
import { dropLines, writeLines } from './cart.lines.ts';
import { lockOpenCart } from './cart.locks.ts';
import { assertQuantity } from './cart.policy.ts';
import { findOffers, offerOf, priceOffers } from './price-offers.ts';

type C = ShopContract['carts'];

/** Adds units of one variant, on top of what the cart has of it. */
export const addCartItem = (core: Core, actor: Actor, { cartId, variantId, quantity }: z.output<C['addItem']['input']>): Promise<Cart> =>
  addCartItems(core, actor, { cartId, items: [{ variantId, quantity }] });

/** Adds units of several variants, all or none. A variant named twice counts twice. */
export const addCartItems = async (core: Core, actor: Actor, input: z.output<C['addItems']['input']>): Promise<Cart> => {
  // With an idempotency key the response must commit with the change, so the change has a transaction of its own.
  const added = underKey() || input.items.length > maxBatchItems ? 'alone' : await addInBatch(core, { actor, input });
  return added === 'alone' ? transactOnce(core, { answers: true, lapses: true }, (tx) => addLines(tx, actor, input)) : added;
};
/** Larger additions have a transaction of their own. */
const maxBatchItems = 50;

/** Tx step: adds units and returns the resulting cart. */
export const addLines = async (tx: Tx, actor: Actor, input: z.output<C['addItems']['input']>): Promise<Cart> => {
  const cart = await lockOpenCart(tx, input.cartId, actor);
  const added = new Map<string, number>();
  for (const item of input.items) added.set(item.variantId, (added.get(item.variantId) ?? 0) + item.quantity);
  const offers = await findOffers(tx, cart, { variantIds: [...added.keys()] });
  const wanted = [...added].map(([variantId, quantity]) => {
    const offer = offerOf(offers, variantId);
    return { offer, quantity: assertQuantity(offer.variantId, offer.inCart + quantity) };
  });
  return writeLines(tx, cart, await priceOffers(tx, actor, cart, wanted));
};

/** Sets the quantity of one line and reprices it. Throws `NOT_FOUND` when there is no such line, or it is no longer sold. */
export const updateCartItem = (core: Core, actor: Actor, { cartId, itemId, quantity }: z.output<C['updateItem']['input']>): Promise<Cart> =>
  transact(core, async (tx) => {
    const cart = await lockOpenCart(tx, cartId, actor);
    const [offer] = (await findOffers(tx, cart, { itemId })).values();
    if (!offer) throw notFound('This line');
    return writeLines(tx, cart, await priceOffers(tx, actor, cart, [{ offer, quantity }]));
  });

/** Removes one line and releases its units. */
export const removeCartItem = (core: Core, actor: Actor, { cartId, itemId }: z.output<C['removeItem']['input']>): Promise<Cart> =>
  transact(core, async (tx) => dropLines(tx, await lockOpenCart(tx, cartId, actor), itemId));

/** Removes every line. */
export const clearCart = (core: Core, actor: Actor, { cartId }: z.output<C['clear']['input']>): Promise<Cart> =>
  transact(core, async (tx) => dropLines(tx, await lockOpenCart(tx, cartId, actor), null));
