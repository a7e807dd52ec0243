import type { Cart, CartId, ShopContract, VariantId } from '@cartwright/contracts';
import { maxQuantity } from '@cartwright/contracts';
import type { z } from 'zod';
import { lockAccount } from '../accounts/index.ts';
import { holdForCart, lockStock, type WantedHold } from '../inventory/index.ts';
import {
  anyId,
  detailsOf,
  DomainError,
  requireUser,
  transact,
  type Actor,
  type Core,
  type SealedColumnOf,
  type Tx,
  type UserActor,
} from '../kernel/index.ts';
import { deleteItemsOfClosingCart } from './cart-item.store.ts';
import { assertOpen } from './cart.closed.ts';
import { lockCart, lockOpenCart, lockOwner } from './cart.locks.ts';
import { getCartRow, type CartRow } from './cart.row.ts';
import { findCartOfUser, toCart } from './cart.queries.ts';
import { assignCart, closeMergedCart, setMergedFields } from './cart.store.ts';
import { planLinesOf } from './plan-lines.ts';
import { writePlans, type HeldPlan } from './write-plans.ts';

type Input = z.output<ShopContract['carts']['merge']['input']>;
type Units = ReadonlyMap<VariantId, number>;

/**
 * Merges the cart of a guest who has just signed in into the cart of the account. When the account has no cart, the
 * guest's cart becomes it; otherwise the strategy decides how lines are merged, and the guest's cart is closed. Lines
 * are repriced for the account, lines no longer sold are dropped, and holds move with the lines, so that nobody else
 * can take a unit in between. A repeat returns the merged cart.
 */
export const mergeCarts = async (core: Core, actor: Actor, { cartId, strategy }: Input): Promise<Cart> => {
  const user = requireUser(actor);
  return transact(core, async (tx) => {
    await lockAccount(tx, user.userId);
    const seen = await getCartRow(tx, cartId, actor);
    if (seen.mergedInto) return toCart(tx, await getCartRow(tx, seen.mergedInto, actor));
    if (seen.userId === user.userId) return toCart(tx, seen);
    const targetId = await findCartOfUser(tx, user.userId);
    if (!targetId) return assignToUser(tx, user, await lockOpenCart(tx, cartId, actor));
    const [first, second] = await lockBoth(tx, actor, cartId, targetId);
    // A concurrent request merged the cart first: this one returns the same result as a repeat.
    if (first.mergedInto) return toCart(tx, await getCartRow(tx, first.mergedInto, actor));
    await assertOpen(tx, first);
    await assertOpen(tx, second);
    await lockOwner(tx, second);
    return moveLines(tx, user, first, second, strategy);
  });
};

/** Locks both in ascending order of their ids, so that two merges cannot deadlock. */
const lockBoth = async (tx: Tx, actor: Actor, guestCart: CartId, userCart: CartId): Promise<readonly [CartRow, CartRow]> => {
  const rows = new Map<string, CartRow>();
  for (const id of [guestCart, userCart].toSorted()) rows.set(id, await lockCart(tx, id, actor));
  const [from, into] = [rows.get(guestCart), rows.get(userCart)];
  if (!from || !into) throw new Error('A cart that was just locked does not exist');
  return [from, into];
};

const assignToUser = async (tx: Tx, user: UserActor, cart: CartRow): Promise<Cart> => {
  const mine = await assignCart(tx, cart.id, user.userId);
  await lockOwner(tx, mine);
  const units = (await readUnits(tx, [cart.id])).get(cart.id) ?? new Map<VariantId, number>();
  return fill(tx, user, mine, units, []);
};

const moveLines = async (tx: Tx, user: UserActor, from: CartRow, into: CartRow, strategy: Input['strategy']): Promise<Cart> => {
  const units = await readUnits(tx, [from.id, into.id]);
  const guests: Units = units.get(from.id) ?? new Map();
  const own: Units = units.get(into.id) ?? new Map();
  const wanted = new Map(strategy === 'keep_guest' ? guests : own);
  if (strategy === 'sum')
    for (const [variantId, quantity] of guests) wanted.set(variantId, Math.min(maxQuantity, quantity + (own.get(variantId) ?? 0)));
  const dropped = strategy === 'keep_guest' ? [...own.keys()].filter((id) => !guests.has(id)) : [];
  // Locks all stock rows at once and in order, so that the two holds that follow find them locked.
  await lockStock(tx, [...guests.keys(), ...own.keys()]);
  const released = [...guests.keys()].map((variantId) => ({ variantId, quantity: 0 }));
  await holdForCart(tx, { cartId: from.id, owner: null, wanted: released });
  await deleteItemsOfClosingCart(tx, from.id);
  await closeMergedCart(tx, from.id, into.id);
  return fill(tx, user, await mergeFields(tx, from, into), wanted, dropped);
};

/** A sealed value opens in its own row only, so a moved value is sealed again. */
const reseal = ({ sealer }: Tx, column: SealedColumnOf<'carts'>, from: CartRow, into: CartRow, sealed: string | null): string | null => {
  // A value that cannot be read stays with its cart; signing in continues.
  const plain = sealed === null ? null : sealer.read(['carts', column, from.id], sealed);
  return plain === null ? null : sealer.seal(['carts', column, into.id], plain);
};

/** Values of the account's cart stay; missing ones come from the guest's cart, the destination together with its address. */
const mergeFields = async (tx: Tx, from: CartRow, into: CartRow): Promise<CartRow> => {
  const sameMoney = from.currency === into.currency;
  // An address is more precise than a country, which a new cart gets from the shop.
  const keepsDestination = into.shippingAddressSealed !== null || (into.countryCode !== null && from.shippingAddressSealed === null);
  const { countryCode, region, shippingMethodId } = keepsDestination ? into : from;
  const fields = {
    promoCode: into.promoCode ?? from.promoCode,
    noteSealed: into.noteSealed ?? reseal(tx, 'note_sealed', from, into, from.noteSealed),
    emailSealed: into.emailSealed ?? reseal(tx, 'email_sealed', from, into, from.emailSealed),
    shippingAddressSealed: keepsDestination
      ? into.shippingAddressSealed
      : reseal(tx, 'shipping_address_sealed', from, into, from.shippingAddressSealed),
    countryCode,
    region,
    shippingMethodId: keepsDestination || sameMoney ? shippingMethodId : null,
    credits: into.credits.length > 0 || !sameMoney ? into.credits : from.credits,
  };
  await setMergedFields(tx, into.id, fields);
  return { ...into, ...fields };
};

const fill = async (tx: Tx, user: UserActor, cart: CartRow, wanted: Units, dropped: readonly VariantId[]): Promise<Cart> => {
  const variantIds = [...wanted.keys()];
  const sold = (lines: readonly { readonly variantId: VariantId; readonly onSale: boolean }[]): Units => {
    const onSale = new Set(lines.flatMap((line) => (line.onSale ? line.variantId : [])));
    return new Map([...wanted].filter(([variantId]) => onSale.has(variantId)));
  };
  const plan = await planLinesOf(tx, { actor: user, cart, variantIds, unitsOf: sold });
  const kept = new Set(plan.lines.map((line) => line.variantId));
  const removed = [...dropped, ...variantIds.filter((id) => !kept.has(id))];
  const until = await holdWhatFits(tx, cart, [...removed.map((variantId) => ({ variantId, quantity: 0 })), ...plan.lines]);
  const [filled] = await writePlans(tx, [{ plan: { ...plan, removed }, until }]);
  if (!filled) throw new Error('The merged cart was not written');
  return filled;
};

/**
 * Holds the free units, and returns the new end of each hold. A line whose units somebody else has stays in the cart without a hold (null),
 * like one whose hold has expired.
 */
const holdWhatFits = async (tx: Tx, cart: CartRow, wanted: readonly WantedHold[]): Promise<HeldPlan['until']> => {
  const none = wanted.map(({ variantId }) => [variantId, null] as const);
  let left = wanted;
  for (let n = 0; n <= wanted.length; n += 1) {
    try {
      const held = await holdForCart(tx, { cartId: cart.id, owner: cart.owner, wanted: left });
      return new Map<VariantId, Date | null>([...none, ...held]);
    } catch (error) {
      if (!(error instanceof DomainError) || (error.code !== 'INSUFFICIENT_STOCK' && error.code !== 'HOLD_LIMIT')) throw error;
      const refused = error.code === 'HOLD_LIMIT' ? null : detailsOf(error, 'INSUFFICIENT_STOCK')?.variantId;
      left = left.map((w) => (refused === null || w.variantId === refused ? { ...w, quantity: 0 } : w));
    }
  }
  return new Map(none);
};

const readUnits = async ({ db }: Tx, cartIds: readonly CartId[]): Promise<Map<CartId, Map<VariantId, number>>> => {
  const rows = await db
    .selectFrom('cart_items')
    .select(['cartId', 'variantId', 'quantity'])
    .$castTo<{ cartId: CartId; variantId: VariantId; quantity: number }>()
    .where('cartId', '=', anyId(cartIds))
    .orderBy('createdAt')
    .orderBy('id')
    .execute();
  const units = new Map<CartId, Map<VariantId, number>>();
  for (const { cartId, variantId, quantity } of rows) {
    const cart = units.get(cartId) ?? new Map<VariantId, number>();
    units.set(cartId, cart.set(variantId, quantity));
  }
  return units;
};
