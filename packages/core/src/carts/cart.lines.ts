/**
 * Tx steps on the lines of a locked cart. The stock row, which all buyers of a variant share, is locked last, so that
 * it is held for one statement and the commit.
 */
import type { Cart, CartItemId } from '@cartwright/contracts';
import { holdStock, type WantedHold } from '../inventory/index.ts';
import { notFound, type Tx } from '../kernel/index.ts';
import { deleteCartItems, upsertCartItems } from './cart-item.store.ts';
import { ownerOf, type CartRow } from './cart.locks.ts';
import { toCart } from './cart.queries.ts';
import type { PricedLine } from './price-offers.ts';

/** Writes priced lines and holds their units, all or nothing. Returns the resulting cart. */
export const writeLines = async (tx: Tx, cart: CartRow, lines: readonly PricedLine[]): Promise<Cart> =>
  finish(tx, await upsertLines(tx, cart, lines), lines);

/** Adds priced lines to the cart, onto existing lines of the same variants, and increments the version: one statement. */
export const upsertLines = async (tx: Tx, cart: CartRow, lines: readonly PricedLine[]): Promise<CartRow> => {
  const [changed] = await upsertCartItems(tx, [{ cart, lines: lines.map((line) => ({ ...line, id: tx.ids.next<CartItemId>() })) }]);
  return changed ?? cart;
};

/** Removes one line, or all. Throws `NOT_FOUND` when the named line does not exist. */
export const dropLines = async (tx: Tx, cart: CartRow, itemId: CartItemId | null): Promise<Cart> => {
  const { variantIds, ...changed } = (await deleteCartItems(tx, cart.id, itemId)) ?? { variantIds: null };
  if (itemId !== null && !variantIds) throw notFound('This line');
  const dropped = (variantIds ?? []).map((variantId) => ({ variantId, quantity: 0 }));
  return finish(tx, { ...cart, ...changed }, dropped);
};

/** Reads the cart, then holds the requested units. The returned cart has these holds. */
const finish = async (tx: Tx, row: CartRow, wanted: readonly WantedHold[]): Promise<Cart> => {
  const cart = await toCart(tx, row);
  const until = await holdStock(tx, row.id, wanted, ownerOf(row));
  return {
    ...cart,
    items: cart.items.map((item) => ({ ...item, reservedUntil: until.get(item.variantId)?.toISOString() ?? item.reservedUntil })),
  };
};
