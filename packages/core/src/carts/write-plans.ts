import type { Cart, VariantId } from '@cartwright/contracts';
import type { Tx } from '../kernel/index.ts';
import { writeCartItems } from './cart-item.store.ts';
import { describePlan, type CartPlan } from './plan-lines.ts';

/** A planned change of a locked cart, and the new ends of its holds; null for a line whose units are not held. */
export interface HeldPlan {
  readonly plan: CartPlan;
  readonly until: ReadonlyMap<VariantId, Date | null>;
}

/** Tx step: writes planned lines whose units are held, in one statement for any number of carts. Returns the carts as they are then. */
export const writePlans = async (tx: Tx, held: readonly HeldPlan[]): Promise<Cart[]> => {
  if (held.length === 0) return [];
  const rows = await writeCartItems(
    tx,
    held.map(({ plan }) => plan),
  );
  return held.map(({ plan, until }, n) => describePlan(tx, rows[n] ?? plan.cart, plan, until));
};
