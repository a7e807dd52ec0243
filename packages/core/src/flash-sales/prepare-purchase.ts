/** Prepares a purchase request before the row of the sale is locked. */
import type { Address, OrderId, PaymentMethodInput } from '@cartwright/contracts';
import type { Actor, Core } from '../kernel/index.ts';
import { sealOrder, type SealedOrder } from '../orders/index.ts';
import type { PurchaseRequest } from './decide-purchases.ts';
import { makeOrderToken } from './order-token.ts';

interface PurchaseInput extends PurchaseRequest {
  readonly actor: Actor;
  readonly email: string;
  readonly shippingAddress: Address;
  readonly payment: PaymentMethodInput | undefined;
  readonly ip: string | null;
}

/** A purchase request with everything that its order needs. */
export interface PreparedPurchase extends PurchaseInput {
  /** The id of the order if the request gets its units. */
  readonly orderId: OrderId;
  readonly sealed: SealedOrder;
  /** Opens the order for a guest who sent no token. */
  readonly orderToken: string | null;
}

/** Seals and signs before the lock is taken, while the previous batch is written, so that no buyer waits for it. */
export const preparePurchase = (core: Core, input: PurchaseInput): PreparedPurchase => {
  const { actor, email, shippingAddress } = input;
  const orderId = core.ids.next<OrderId>();
  return {
    ...input,
    orderId,
    sealed: sealOrder(core, { id: orderId, email, shippingAddress, notes: null }),
    orderToken: actor.kind === 'guest' && !actor.cartToken ? makeOrderToken(core.sealer, orderId) : null,
  };
};
