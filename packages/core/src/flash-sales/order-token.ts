/** The token that opens a guest's order. Made from the order's id, so that a repeated request gets the same one without it being stored. */
import { hashToken, type Sealer } from '../kernel/index.ts';

/** The token of a guest who brought none. Answers null when the order belongs to another token, one that the guest has already. */
export const orderTokenFor = (sealer: Sealer, orderId: string, guestTokenHash: string | null): string | null => {
  const token = makeOrderToken(sealer, orderId);
  return hashToken(token) === guestTokenHash ? token : null;
};

/** 256 bits that only this shop can make. */
export const makeOrderToken = (sealer: Sealer, orderId: string): string => sealer.derive('order-token', orderId);
