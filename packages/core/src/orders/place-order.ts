import type { Address, OrderId } from '@cartwright/contracts';
import { convertCart, type CartRow, type CartSums, type PricedLine } from '../carts/index.ts';
import { passHoldsToOrder } from '../inventory/index.ts';
import type { Actor, Tx } from '../kernel/index.ts';
import { redeemPromo } from '../pricing/index.ts';
import { spendCredits, type CreditShare } from '../store-credit/index.ts';
import { insertOrders } from './insert-orders.ts';
import type { OrderRow } from './order.locks.ts';

export interface OrderDraft {
  readonly cart: CartRow;
  readonly lines: readonly (PricedLine & { readonly productName: string; readonly variantTitle: string; readonly sku: string })[];
  readonly sums: Pick<CartSums, 'totals' | 'lines' | 'shipping' | 'shippingTaxCents' | 'taxBasisPoints' | 'paymentWindowMinutes'>;
  readonly email: string;
  readonly shippingAddress: Address;
  readonly notes: string | null;
  /** What gift cards and account credit pay of it. */
  readonly credits: readonly CreditShare[];
  /** Actor, endpoint and key of the checkout: unique, so that one key can never make two orders. */
  readonly checkoutKey: string;
}

/**
 * Tx step: turns a locked cart whose units are all held into a pending order. The holds pass on, the
 * promo code is counted, credit is taken, the cart is closed. No money moves here. Throws `COUPON_EXHAUSTED` and
 * `INSUFFICIENT_CREDIT`.
 */
export const placeOrder = async (tx: Tx, actor: Actor, draft: OrderDraft): Promise<OrderRow> => {
  const { cart, sums, email, shippingAddress, notes, checkoutKey, credits } = draft;
  const { totals, taxBasisPoints } = sums;
  const { id: cartId, userId, guestTokenHash, currency, promoCode } = cart;
  const id = tx.ids.next<OrderId>();
  const storeCreditCents = credits.reduce((sum, { cents }) => sum + cents, 0);
  const nothing = { lineTotalCents: 0, discountCents: 0, taxCents: 0 };
  const lines = draft.lines.map((line, i) => ({ ...line, ...(sums.lines[i] ?? nothing) }));
  const [order] = await insertOrders(tx, [
    {
      id,
      cartId,
      userId,
      guestTokenHash,
      email,
      shippingAddress,
      currency,
      totals,
      taxBasisPoints,
      shippingMethod: sums.shipping?.name ?? null,
      shippingTaxCents: sums.shippingTaxCents,
      storeCreditCents,
      promoCode,
      notes,
      checkoutKey,
      lines,
      placedBy: actor,
      paymentWindowMinutes: sums.paymentWindowMinutes ?? tx.config.paymentWindowMinutes,
    },
  ]);
  if (!order) throw new Error('insertOrders answered without the order it was given');
  if (promoCode) await redeemPromo(tx, { code: promoCode, orderId: id, userId, identity: tx.sealer.index('email', email) });
  await spendCredits(tx, { id, currency, userId }, credits, actor);
  await convertCart(tx, cartId);
  await passHoldsToOrder(tx, cartId, id, order.expiresAt);
  const { totalCents, taxCents } = totals;
  return {
    id,
    orderNumber: order.orderNumber,
    cartId,
    userId,
    guestTokenHash,
    currency,
    totalCents,
    taxCents,
    storeCreditCents,
    dueCents: totalCents - storeCreditCents,
    checkoutKey,
    itemCount: lines.reduce((units, line) => units + line.quantity, 0),
    shippedCount: 0,
    returnedCount: 0,
    shippingPaidCents: totals.shippingCents + (totals.taxIncluded ? 0 : sums.shippingTaxCents),
    status: 'pending',
    cancellationReason: null,
    paid: false,
  };
};
