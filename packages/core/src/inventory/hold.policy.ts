/** How many units one buyer may hold. */
import { counted, DomainError, type Tx } from '../kernel/index.ts';

/** The error for exceeding the hold limits of one buyer; null within the limits. */
export const beyondLimit = ({ config }: Pick<Tx, 'config'>, otherCarts: number, holding: number): DomainError | null => {
  const { holdLimitCarts: carts, holdLimitUnits: units } = config;
  if (otherCarts + 1 > carts)
    return new DomainError(
      'HOLD_LIMIT',
      `This buyer already holds units in ${counted(otherCarts, 'other cart')}. Order or empty one of them first.`,
      {
        details: { counts: 'carts', limit: carts, requested: otherCarts + 1 },
      },
    );
  if (holding > units)
    return new DomainError('HOLD_LIMIT', `One buyer can hold at most ${counted(units, 'unit')} at once.`, {
      details: { counts: 'units', limit: units, requested: holding },
    });
  return null;
};
