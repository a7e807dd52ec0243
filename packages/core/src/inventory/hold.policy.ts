/** How many units one buyer may hold, and the refusals of units that are not free. */
import type { VariantId } from '@cartwright/contracts';
import { counted, countedAre, DomainError, type Tx } from '../kernel/index.ts';
import type { CartHoldOutcome, WantedHold } from './cart-hold.store.ts';

/** Throws `INSUFFICIENT_STOCK` unless the units were free. */
export const refuseUnlessFree = (
  { variantId, fits, before, lapsed, held, backorderLimit }: CartHoldOutcome,
  wanted: readonly WantedHold[],
): void => {
  if (!fits) throw notFree(variantId, wanted.find((w) => w.variantId === variantId)?.quantity, before + lapsed + held + backorderLimit);
};

/** The error for unavailable units; `free` includes what the cart already holds. */
export const notFree = (variantId: VariantId, requested: number | undefined, free: number): DomainError => {
  const available = Math.max(0, free);
  return new DomainError(
    'INSUFFICIENT_STOCK',
    available > 0 ? `Only ${countedAre(available, 'unit')} available right now.` : 'This item is sold out right now.',
    {
      details: { variantId, requested, available },
    },
  );
};

/** Throws `HOLD_LIMIT` when one buyer would hold more than the limits. */
export const refuseBeyondLimit = (tx: Tx, rows: readonly CartHoldOutcome[], wanted: readonly WantedHold[]): void => {
  const [first] = rows;
  if (!first || !rows.some((row) => row.delta > 0)) return;
  const refusal = beyondLimit(tx, first.otherCarts, first.otherUnits + wanted.reduce((sum, w) => sum + w.quantity, 0));
  if (refusal) throw refusal;
};

/** The error for exceeding the hold limits of one buyer; null within the limits. */
export const beyondLimit = ({ config }: Pick<Tx, 'config'>, otherCarts: number, holding: number): DomainError | null => {
  const { holdLimitCarts: carts, holdLimitUnits: units } = config;
  if (otherCarts + 1 > carts)
    return new DomainError(
      'HOLD_LIMIT',
      `This buyer already holds units in ${counted(otherCarts, 'other cart')}. Order or empty one of them first.`,
      {
        details: { limit: carts, carts: otherCarts },
      },
    );
  if (holding > units)
    return new DomainError('HOLD_LIMIT', `One buyer can hold at most ${counted(units, 'unit')} at once.`, {
      details: { limit: units, requested: holding },
    });
  return null;
};
