import type { Address, OrderId, OrderItemId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { convertCart, type CartRow, type PricedLine } from '../carts/index.ts';
import { passHoldsToOrder } from '../inventory/index.ts';
import { system, type Actor, type Tx } from '../kernel/index.ts';
import { redeemPromo, type LineTotals } from '../pricing/index.ts';
import type { Totals } from '@cartwright/contracts';
import { nextOrderNumber } from './order-number.ts';
import { recordStatus } from './order.state.ts';
import type { OrderRow } from './order.locks.ts';

export interface OrderDraft {
  readonly cart: CartRow;
  readonly lines: readonly (PricedLine & { readonly productName: string; readonly variantTitle: string; readonly sku: string })[];
  readonly totals: Totals;
  readonly lineTotals: readonly LineTotals[];
  readonly taxBasisPoints: number;
  readonly email: string;
  readonly shippingAddress: Address;
  readonly notes: string | null;
  /** Actor, endpoint and key of the checkout: unique, so that one key can never make two orders. */
  readonly checkoutKey: string;
}

/**
 * Tx step: turns a locked cart whose units are all held into a pending order. The holds pass on, the
 * promo code is counted, the cart is closed. No money moves here.
 */
export const placeOrder = async (tx: Tx, actor: Actor, draft: OrderDraft): Promise<OrderRow> => {
  const { cart, totals } = draft;
  const id = tx.ids.next<OrderId>();
  const orderNumber = await nextOrderNumber(tx);
  const emailIndex = tx.sealer.index('email', draft.email);
  const { rows } = await sql<{ expiresAt: Date }>`
    insert into orders (id, order_number, cart_id, user_id, guest_token_hash, email_sealed, email_index, shipping_address_sealed, currency, subtotal_cents, discount_cents,
      shipping_cents, tax_cents, total_cents, tax_included, tax_basis_points, item_count, promo_code, notes, checkout_key, expires_at)
    values (${id}, ${orderNumber}, ${cart.id}, ${cart.userId}, ${cart.guestTokenHash}, ${tx.sealer.seal(['orders', 'email_sealed', id], draft.email)}, ${emailIndex},
      ${tx.sealer.seal(['orders', 'shipping_address_sealed', id], JSON.stringify(draft.shippingAddress))}, ${cart.currency}, ${totals.subtotalCents}, ${totals.discountCents},
      ${totals.shippingCents}, ${totals.taxCents}, ${totals.totalCents}, ${totals.taxIncluded}, ${draft.taxBasisPoints},
      ${draft.lines.reduce((n, line) => n + line.quantity, 0)}, ${cart.promoCode}, ${draft.notes}, ${draft.checkoutKey},
      now() + make_interval(mins => ${tx.config.paymentWindowMinutes}))
    returning expires_at as "expiresAt"`.execute(tx.db);
  const expiresAt = rows[0]?.expiresAt;
  if (!expiresAt) throw new Error('The order insert answered no row');
  await insertItems(tx, id, draft);
  await recordStatus(tx, id, null, 'pending', actor.kind === 'system' ? system(actor.name) : actor, null);
  if (cart.promoCode)
    await redeemPromo(tx, { code: cart.promoCode, orderId: id, userId: cart.userId, identity: cart.userId ?? emailIndex });
  await convertCart(tx, cart.id);
  await passHoldsToOrder(tx, cart.id, id, expiresAt);
  tx.outbox.add('order.placed', id, {
    orderId: id,
    orderNumber,
    userId: cart.userId,
    totalCents: totals.totalCents,
    currency: cart.currency,
  });
  return {
    id,
    orderNumber,
    cartId: cart.id,
    userId: cart.userId,
    guestTokenHash: cart.guestTokenHash,
    status: 'pending',
    cancellationReason: null,
    currency: cart.currency,
    totalCents: totals.totalCents,
    taxCents: totals.taxCents,
    checkoutKey: draft.checkoutKey,
    paid: false,
  };
};

const insertItems = async (tx: Tx, orderId: OrderId, { lines, lineTotals }: OrderDraft): Promise<void> => {
  const share = (i: number) => lineTotals[i] ?? { lineTotalCents: 0, discountCents: 0, taxCents: 0 };
  await sql`
    insert into order_items (id, order_id, product_id, variant_id, product_name, variant_title, sku, quantity, unit_price_cents, line_total_cents, discount_cents, tax_cents, position)
    select l.id, ${orderId}, l.product_id, l.variant_id, l.product_name, l.variant_title, l.sku, l.quantity, l.unit, l.total, l.discount, l.tax, l.position
    from unnest(${lines.map(() => tx.ids.next<OrderItemId>())}::uuid[], ${lines.map((l) => l.productId)}::uuid[], ${lines.map((l) => l.variantId)}::uuid[],
      ${lines.map((l) => l.productName)}::text[], ${lines.map((l) => l.variantTitle)}::text[], ${lines.map((l) => l.sku)}::text[], ${lines.map((l) => l.quantity)}::int[],
      ${lines.map((l) => l.unitPriceCents)}::bigint[], ${lines.map((_, i) => share(i).lineTotalCents)}::bigint[], ${lines.map((_, i) => share(i).discountCents)}::bigint[],
      ${lines.map((_, i) => share(i).taxCents)}::bigint[]) with ordinality
      as l(id, product_id, variant_id, product_name, variant_title, sku, quantity, unit, total, discount, tax, position)`.execute(tx.db);
};
