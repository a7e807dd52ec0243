import type { Currency, Address, CartId, OrderId, OrderItemId, ProductId, Totals, UserId, VariantId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { actorName, type Actor, type Tx } from '../kernel/index.ts';
import type { LineTotals } from '../pricing/index.ts';
import { nextOrderNumbers } from './order-number.ts';

export interface NewOrderLine extends Pick<LineTotals, 'lineTotalCents' | 'discountCents' | 'taxCents'> {
  readonly productId: ProductId;
  readonly variantId: VariantId;
  readonly productName: string;
  readonly variantTitle: string;
  readonly sku: string;
  readonly quantity: number;
  readonly unitPriceCents: number;
}
export interface NewOrder {
  readonly id: OrderId;
  readonly cartId: CartId | null;
  readonly userId: UserId | null;
  readonly guestTokenHash: string | null;
  readonly email: string;
  readonly shippingAddress: Address;
  readonly currency: Currency;
  readonly totals: Totals;
  readonly taxBasisPoints: number;
  /** Name of the shipping method; null for goods that need no shipping. */
  readonly shippingMethod?: string | null;
  /** The part of the tax that is on shipping. */
  readonly shippingTaxCents?: number;
  /** The part of the total that gift cards and account credit pay. */
  readonly storeCreditCents?: number;
  readonly promoCode: string | null;
  readonly notes: string | null;
  /** Actor, endpoint and key of the request: unique, so that one key can never make two orders. */
  readonly checkoutKey: string;
  /** Salted hash of the request, to distinguish its repeat from another request with the same key. */
  readonly checkoutFingerprint?: string | null;
  readonly placedBy: Actor;
  /** How long the order may stay unpaid. */
  readonly paymentWindowMinutes: number;
  /** How long it can be paid another way after its first declined payment, within the payment window. */
  readonly paymentRetryMinutes: number;
  readonly lines: readonly NewOrderLine[];
  /** Sealed beforehand by a caller that writes many orders under one lock; otherwise sealed with the order. */
  readonly sealed?: SealedOrder;
}
/** The personal data of an order as stored: sealed for the id of this order only. */
export interface SealedOrder {
  readonly emailSealed: string;
  readonly emailIndex: string;
  readonly shippingAddressSealed: string;
  readonly notesSealed: string | null;
}
export interface InsertedOrder {
  readonly id: OrderId;
  readonly orderNumber: string;
  readonly expiresAt: Date;
}

/**
 * Tx step: writes pending orders with their lines and the first entry of their history, and announces each, in two
 * statements for any number. The caller handles units, promo codes and carts.
 */
export const insertOrders = async (tx: Tx, orders: readonly NewOrder[]): Promise<InsertedOrder[]> => {
  const numbers = await nextOrderNumbers(tx, orders.length);
  const rows = orders.map((order, i) => toRow(tx, order, numbers[i] ?? ''));
  const lines = orders.flatMap((order) =>
    order.lines.map((line, i) => ({ ...line, id: tx.ids.next<OrderItemId>(), orderId: order.id, position: i + 1 })),
  );
  const inserted = await sql<{ id: OrderId; expiresAt: Date }>`
    with wanted as (
      select * from json_to_recordset(${JSON.stringify(rows)}::json) as o(id uuid, "orderNumber" text, "cartId" uuid, "userId" uuid, "guestTokenHash" text, "emailSealed" text,
        "emailIndex" text, "shippingAddressSealed" text, currency text, "subtotalCents" bigint, "discountCents" bigint, "shippingCents" bigint, "shippingTaxCents" bigint, "taxCents" bigint, "totalCents" bigint, "storeCreditCents" bigint,
        "taxIncluded" boolean, "taxBasisPoints" int, "itemCount" int, "shippingMethod" text, "promoCode" text, "notesSealed" text, "checkoutKey" text, "checkoutFingerprint" text, "placedBy" text, "paymentWindowMinutes" int, "paymentRetryMinutes" int)
    ), placed as (
      insert into orders (id, order_number, cart_id, user_id, guest_token_hash, email_sealed, email_index, shipping_address_sealed, currency, subtotal_cents, discount_cents,
        shipping_cents, shipping_tax_cents, tax_cents, total_cents, store_credit_cents, tax_included, tax_basis_points, item_count, shipping_method, promo_code, notes_sealed, checkout_key, checkout_fingerprint, payment_retry_minutes, expires_at)
      select id, "orderNumber", "cartId", "userId", "guestTokenHash", "emailSealed", "emailIndex", "shippingAddressSealed", currency, "subtotalCents", "discountCents",
        "shippingCents", "shippingTaxCents", "taxCents", "totalCents", "storeCreditCents", "taxIncluded", "taxBasisPoints", "itemCount", "shippingMethod", "promoCode", "notesSealed", "checkoutKey", "checkoutFingerprint", "paymentRetryMinutes", now() + make_interval(mins => "paymentWindowMinutes")
      from wanted returning id, expires_at
    ), history as (
      insert into order_status_changes (order_id, position, from_status, to_status, actor) select id, 1, null, 'pending', "placedBy" from wanted
    ), lines as (
      insert into order_items (id, order_id, product_id, variant_id, product_name, variant_title, sku, quantity, unit_price_cents, line_total_cents, discount_cents, tax_cents, position)
      select id, "orderId", "productId", "variantId", "productName", "variantTitle", sku, quantity, "unitPriceCents", "lineTotalCents", "discountCents", "taxCents", position
      from json_to_recordset(${JSON.stringify(lines)}::json) as l(id uuid, "orderId" uuid, "productId" uuid, "variantId" uuid, "productName" text, "variantTitle" text, sku text,
        quantity int, "unitPriceCents" bigint, "lineTotalCents" bigint, "discountCents" bigint, "taxCents" bigint, position int)
    )
    select id, expires_at as "expiresAt" from placed`.execute(tx.db);
  const expiry = new Map(inserted.rows.map((row) => [row.id, row.expiresAt]));
  return orders.map(({ id, userId, totals, currency }, i) => {
    const expiresAt = expiry.get(id);
    const orderNumber = numbers[i];
    if (!expiresAt || orderNumber === undefined) throw new Error(`The insert of order ${id} returned no row`);
    tx.outbox.add('order.placed', id, { orderId: id, orderNumber, userId, totalCents: totals.totalCents, currency });
    return { id, orderNumber, expiresAt };
  });
};

/** Seals the personal data of a new order. */
export const sealOrder = (
  { sealer }: Pick<Tx, 'sealer'>,
  { id, email, shippingAddress, notes }: Pick<NewOrder, 'id' | 'email' | 'shippingAddress' | 'notes'>,
): SealedOrder => ({
  emailSealed: sealer.seal(['orders', 'email_sealed', id], email),
  emailIndex: sealer.index('email', email),
  shippingAddressSealed: sealer.seal(['orders', 'shipping_address_sealed', id], JSON.stringify(shippingAddress)),
  notesSealed: notes === null ? null : sealer.seal(['orders', 'notes_sealed', id], notes),
});

/** In the shape of the statement: personal data sealed, totals flat. */
const toRow = (tx: Tx, order: NewOrder, orderNumber: string) => {
  const { email: _, shippingAddress: _address, notes: _notes, sealed = sealOrder(tx, order), totals, lines, placedBy, ...rest } = order;
  return {
    ...rest,
    ...totals,
    ...sealed,
    shippingTaxCents: rest.shippingTaxCents ?? 0,
    storeCreditCents: rest.storeCreditCents ?? 0,
    orderNumber,
    itemCount: lines.reduce((units, line) => units + line.quantity, 0),
    placedBy: actorName(placedBy),
  };
};
