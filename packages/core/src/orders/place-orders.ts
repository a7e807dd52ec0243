import type { Address, OrderId, VariantId } from '@cartwright/contracts';
import { convertCarts, type CartRow, type CartSums } from '../carts/index.ts';
import { passHoldsToOrders } from '../inventory/index.ts';
import type { Actor, Tx } from '../kernel/index.ts';
import { redeemPromos, type PricedLine, type PromoUse } from '../pricing/index.ts';
import type { OrderPageRow } from '../read-models/order-page.ts';
import { spendCredits, type CreditShare } from '../store-credit/index.ts';
import type { OrderRow } from './order.row.ts';
import { pageOfNewOrder } from './order.written.ts';
import { insertOrders, type InsertedOrder, type NewOrder } from './order.store.ts';

/** What was agreed about an order, before it is placed. */
export interface OrderDraft {
  readonly actor: Actor;
  readonly cart: CartRow;
  readonly lines: readonly (PricedLine & { readonly productName: string; readonly variantTitle: string; readonly sku: string })[];
  /** The variants of its lines whose units are not counted. */
  readonly untracked: ReadonlySet<VariantId>;
  readonly sums: Pick<
    CartSums,
    'totals' | 'lines' | 'shipping' | 'shippingTaxCents' | 'taxes' | 'taxRounding' | 'paymentWindowMinutes' | 'paymentRetryMinutes'
  >;
  /** The use of the promo code of the cart; null for an order without a discount from it, which does not count as a use. */
  readonly promo: Omit<PromoUse, 'orderId'> | null;
  readonly email: string;
  readonly shippingAddress: Address;
  readonly notes: string | null;
  /** The part that gift cards and store credit pay. */
  readonly credits: readonly CreditShare[];
  /** Actor, endpoint and key of the checkout: unique, so that one key can never make two orders. */
  readonly checkoutKey: string;
  readonly checkoutFingerprint: string;
}

/** A pending order that was just placed. */
export interface PlacedOrder {
  readonly order: OrderRow;
  /** Its page, from the rows that were written. */
  readonly page: OrderPageRow;
}

/**
 * Tx step: turns locked carts whose units are all held, where they are counted, into pending orders. Moves the holds, counts used promo
 * codes, takes store credit and closes the carts, with a fixed number of statements. Codes and credits were claimed before. No money moves
 * here.
 */
export const placeOrders = async (tx: Tx, drafts: readonly OrderDraft[]): Promise<PlacedOrder[]> => {
  const inserted = await insertOrders(
    tx,
    drafts.map((draft) => toNewOrder(tx, draft)),
  );
  const orderIdOf = (i: number): OrderId => (inserted[i] ?? missing()).id;
  await redeemPromos(
    tx,
    drafts.flatMap(({ promo }, i) => (promo ? [{ ...promo, orderId: orderIdOf(i) }] : [])),
  );
  await spendCredits(
    tx,
    drafts.map(({ credits, actor }, i) => ({ orderId: orderIdOf(i), shares: credits, actor })),
  );
  const cartIds = drafts.map(({ cart }) => cart.id);
  await convertCarts(tx, cartIds);
  const placed = inserted.map(({ id, orderNumber, expiresAt }, i) => ({
    orderId: id,
    orderNumber,
    expiresAt,
    cartId: cartIds[i] ?? missing(),
  }));
  await passHoldsToOrders(tx, placed);
  return drafts.map((draft, i): PlacedOrder => {
    const written = inserted[i] ?? missing();
    return { order: toOrderRow(draft, written), page: pageOfNewOrder(written, draft.credits) };
  });
};

const toOrderRow = (
  { cart, sums, checkoutKey, checkoutFingerprint }: OrderDraft,
  { id, orderNumber, placedAt, row: { storeCreditCents, itemCount } }: InsertedOrder,
): OrderRow => {
  const { id: cartId, userId, guestTokenHash, currency } = cart;
  const { totalCents, taxCents, shippingCents, taxIncluded } = sums.totals;
  return {
    id,
    orderNumber,
    cartId,
    userId,
    guestTokenHash,
    currency,
    totalCents,
    taxCents,
    storeCreditCents,
    checkoutKey,
    checkoutFingerprint,
    dueCents: totalCents - storeCreditCents,
    itemCount,
    shippedCount: 0,
    returnedCount: 0,
    shippingPaidCents: shippingCents + (taxIncluded ? 0 : sums.shippingTaxCents),
    status: 'pending',
    cancellationReason: null,
    paid: false,
    archivedAt: null,
    updatedAt: placedAt,
  };
};

const missing = (): never => {
  throw new Error('insertOrders did not return an order it was given');
};

const nothing = { lineTotalCents: 0, discountCents: 0, taxCents: 0, taxRatePpm: 0 };

const toNewOrder = (tx: Tx, { cart, sums, credits, ...draft }: OrderDraft): NewOrder => {
  const { id: cartId, userId, guestTokenHash, currency } = cart;
  const { email, shippingAddress, notes, checkoutKey, checkoutFingerprint } = draft;
  return {
    cartId,
    userId,
    guestTokenHash,
    email,
    shippingAddress,
    currency,
    promoCode: draft.promo?.code ?? null,
    notes,
    checkoutKey,
    checkoutFingerprint,
    id: tx.ids.next<OrderId>(),
    totals: sums.totals,
    taxes: sums.taxes,
    taxRounding: sums.taxRounding,
    shippingMethod: sums.shipping?.name ?? null,
    shippingTaxCents: sums.shippingTaxCents,
    storeCreditCents: credits.reduce((sum, { cents }) => sum + cents, 0),
    lines: draft.lines.map((line, i) => ({ ...line, ...(sums.lines[i] ?? nothing), tracked: !draft.untracked.has(line.variantId) })),
    placedBy: draft.actor,
    paymentWindowMinutes: sums.paymentWindowMinutes ?? tx.config.paymentWindowMinutes,
    paymentRetryMinutes: sums.paymentRetryMinutes ?? tx.config.paymentRetryMinutes,
  };
};
