/** Whether the units of a variant are counted: the errors where they are not, or have to be. */
import { countedAre, DomainError } from '../kernel/index.ts';
import type { LockedStock } from './stock.locks.ts';

/** Refuses to count, move or set apart units of an untracked variant. Throws `STOCK_NOT_TRACKED`. */
export const assertTracked = ({ variantId, tracked }: Pick<LockedStock, 'variantId' | 'tracked'>): void => {
  if (tracked) return;
  throw new DomainError('STOCK_NOT_TRACKED', 'The stock of this variant is not tracked. Track it first, then change its units.', {
    details: { variantId },
  });
};

/** The error for units that are added to a line which was sold with, or without, a counter that its variant no longer, or now, has. */
export const trackingChanged = ({ variantId, tracked }: Pick<LockedStock, 'variantId' | 'tracked'>): DomainError =>
  new DomainError(
    'STOCK_TRACKING_CHANGED',
    `The stock of a variant is ${tracked ? 'tracked now' : 'no longer tracked'}, so no units can be added to its line. ` +
      'Open the order again, or sell the units in another order.',
    { details: { variantId, tracked } },
  );

/** The error for an untracked variant of which units are still reserved. The holds of carts have been released. */
export const stillReserved = ({ variantId, reserved }: Pick<LockedStock, 'variantId' | 'reserved'>): DomainError =>
  new DomainError(
    'STOCK_RESERVED',
    `${countedAre(reserved, 'unit')} reserved by unpaid orders, order edits, backorders and flash sales. ` +
      'The stock of the variant has to be tracked until they are sold or released.',
    { details: { variantId, reserved } },
  );
