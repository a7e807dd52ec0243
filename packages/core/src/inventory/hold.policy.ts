/** How many units one buyer may hold, and the refusals of units that are not free. */
import type { VariantId } from '@cartwright/contracts';
import { counted, countedAre, DomainError, type Tx } from '../kernel/index.ts';

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
