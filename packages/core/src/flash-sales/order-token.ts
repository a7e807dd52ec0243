/**
 * The token that opens a guest's order. It is derived from the order's id, so that a repeated request gets the same one without it being
 * stored.
 */
import { hashToken, type Sealer } from '../kernel/index.ts';

/** The order token for a guest without a cart token; null when the order belongs to a token that the guest already has. */
export const orderTokenFor = (sealer: Sealer, orderId: string, guestTokenHash: string | null): string | null => {
  const token = makeOrderToken(sealer, orderId);
  return hashToken(token) === guestTokenHash ? token : null;
};

/** A 256-bit token that only this shop can create. */
export const makeOrderToken = (sealer: Sealer, orderId: string): string => sealer.derive('order-token', orderId);
