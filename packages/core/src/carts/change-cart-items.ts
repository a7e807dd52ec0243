/**
 * Use-cases that change the lines of a cart. Each returns the resulting cart, and each takes the same few statements
 * whatever the number of lines and rules. The stock rows, which all buyers of a variant need, are locked late: for the holds, the lines and
 * the commit.
 */
import type { Cart, CartItemId, ShopContract, VariantId } from '@cartwright/contracts';
import type { z } from 'zod';
import { holdStock } from '../inventory/index.ts';
import {
  groupedStep,
  isRefusal,
  lockedElsewhere,
  notFound,
  onlyAnswer,
  type Actor,
  type Answer,
  type Core,
  type LockWaitPolicy,
  type Tx,
  patientQueue,
} from '../kernel/index.ts';
import { lockOpenCarts } from './cart.locks.ts';
import { planLines, type CartPlan, type LineChange } from './plan-lines.ts';
import { writePlans } from './write-plans.ts';

type C = ShopContract['carts'];

/** A change of the lines of one cart. */
export interface CartChange extends Pick<LineChange, 'actor' | 'variantIds' | 'unitsOf'> {
  readonly cartId: string;
}

/**
 * Tx step: changes the lines of carts and makes them hold their units, each cart all or nothing, in six statements for any number. Refuses
 * as `lockOpenCarts`, `planLines` and `holdStock` do.
 */
export const changeLines = async (tx: Tx, changes: readonly CartChange[], waitPolicy: LockWaitPolicy): Promise<Answer<Cart>[]> => {
  const answers: Answer<Cart>[] = changes.map(() => lockedElsewhere);
  const planned = await planOpenCarts(tx, changes, waitPolicy, answers);
  const held = await holdStock(
    tx,
    planned.map(({ plan: { cart, lines, removed } }) => ({
      cartId: cart.id,
      owner: cart.owner,
      wanted: [...lines, ...removed.map((variantId) => ({ variantId, quantity: 0 }))],
    })),
    waitPolicy,
  );
  const done = planned.flatMap(({ i, plan }, n) => {
    const until = held[n];
    if (until instanceof Map) return [{ i, plan, until }];
    if (isRefusal(until)) answers[i] = until;
    return [];
  });
  const carts = await writePlans(tx, done);
  for (const [n, { i }] of done.entries()) answers[i] = carts[n] ?? lockedElsewhere;
  return answers;
};

/** The plans of the carts that can be changed, by their position; records the answer to each other one. */
const planOpenCarts = async (
  tx: Tx,
  changes: readonly CartChange[],
  waitPolicy: LockWaitPolicy,
  answers: Answer<Cart>[],
): Promise<{ readonly i: number; readonly plan: CartPlan }[]> => {
  const locked = await lockOpenCarts(tx, changes, waitPolicy);
  const open = changes.flatMap(({ actor, variantIds, unitsOf }, i) => {
    const cart = locked[i];
    if (isRefusal(cart)) answers[i] = cart;
    return cart === undefined || cart === lockedElsewhere || isRefusal(cart) ? [] : [{ i, actor, cart, variantIds, unitsOf }];
  });
  const plans = await planLines(tx, open);
  return open.flatMap(({ i }, n) => {
    const plan = plans[n];
    if (isRefusal(plan)) answers[i] = plan;
    return plan === undefined || isRefusal(plan) ? [] : [{ i, plan }];
  });
};

/** `changeLines` for one cart, waiting for its rows. Throws the refusal. */
export const changeLinesOf = async (tx: Tx, change: CartChange): Promise<Cart> =>
  onlyAnswer(await changeLines(tx, [change], { skipLocked: false }));

/** Additions of more variants have a transaction of their own, so that they do not delay those of other buyers. */
const largeAddition = 50;

/** Concurrent changes share a transaction. */
const changeCart = groupedStep<CartChange, Cart>({
  maxBatch: 32,
  ...patientQueue,
  once: true,
  isLarge: ({ variantIds }) => variantIds.length > largeAddition,
  step: changeLines,
});

/** The change that adds units to a cart, on top of what it has. A variant named twice counts twice. */
export const addition = (actor: Actor, { cartId, items }: z.output<C['addItems']['input']>): CartChange => {
  const added = new Map<VariantId, number>();
  for (const { variantId, quantity } of items) added.set(variantId, (added.get(variantId) ?? 0) + quantity);
  return {
    actor,
    cartId,
    variantIds: [...added.keys()],
    unitsOf: (lines) => {
      const inCart = new Map(lines.map((line) => [line.variantId, line.quantity ?? 0]));
      return new Map([...added].map(([variantId, quantity]) => [variantId, (inCart.get(variantId) ?? 0) + quantity]));
    },
  };
};

/** Adds units of one variant, on top of what the cart has of it. */
export const addCartItem = (core: Core, actor: Actor, { cartId, variantId, quantity }: z.output<C['addItem']['input']>): Promise<Cart> =>
  addCartItems(core, actor, { cartId, items: [{ variantId, quantity }] });

/** Adds units of several variants, all or none. */
export const addCartItems = (core: Core, actor: Actor, input: z.output<C['addItems']['input']>): Promise<Cart> =>
  changeCart(core, addition(actor, input));

/** Sets the quantity of one line and reprices it. Throws `NOT_FOUND` when there is no such line, or it is no longer sold. */
export const updateCartItem = (core: Core, actor: Actor, { cartId, itemId, quantity }: z.output<C['updateItem']['input']>): Promise<Cart> =>
  changeCart(core, {
    actor,
    cartId,
    variantIds: [],
    unitsOf: (lines) => {
      const line = lines.find(({ id }) => id === itemId);
      if (!line?.onSale) throw notFound('This line', itemId);
      return new Map([[line.variantId, quantity]]);
    },
  });

/** Removes one line and releases its units. Throws `NOT_FOUND` when there is no such line. */
export const removeCartItem = (core: Core, actor: Actor, { cartId, itemId }: z.output<C['removeItem']['input']>): Promise<Cart> =>
  changeCart(core, removal(actor, cartId, itemId));

/** Removes every line. */
export const clearCart = (core: Core, actor: Actor, { cartId }: z.output<C['clear']['input']>): Promise<Cart> =>
  changeCart(core, removal(actor, cartId, null));

/** The change that removes one line of a cart, or all for null. */
export const removal = (actor: Actor, cartId: string, itemId: CartItemId | null): CartChange => ({
  actor,
  cartId,
  variantIds: [],
  unitsOf: (lines) => {
    const removed = itemId === null ? lines : lines.filter(({ id }) => id === itemId);
    if (itemId !== null && removed.length === 0) throw notFound('This line', itemId);
    return new Map(removed.map(({ variantId }) => [variantId, 0]));
  },
});
