/** Domain events: names and payloads. Payloads are small and contain no personal data. */
import { z } from 'zod';
import { cents, signedCents, orderNumber } from './common.ts';
import { currency } from './currency.ts';
import {
  cartId,
  categoryId,
  flashSaleId,
  flashSaleItemId,
  invoiceId,
  orderEditId,
  orderId,
  orderReturnId,
  paymentId,
  productId,
  refundId,
  shipmentId,
  stockLocationId,
  userId,
  variantId,
} from './ids.ts';
import { cancellationReasons } from './orders.schemas.ts';
import { paymentPurposes } from './payments.schemas.ts';

const order = { orderId, orderNumber, userId: userId.nullable() };
const orderReturn = { ...order, returnId: orderReturnId };
const orderMoney = { ...order, totalCents: cents, currency };
const payment = { paymentId, orderId, amountCents: cents, currency, purpose: z.enum(paymentPurposes).default('order') };
/**
 * Money that goes back to the buyer. `creditCents` is the part of `refundCents` that is returned to gift cards and store credit; the rest
 * goes to the payment method.
 */
const refundedMoney = { refundCents: cents.default(0), creditCents: cents.default(0), currency };
const orderEdit = { ...order, editId: orderEditId, differenceCents: cents, currency };

export const eventPayloads = {
  'user.registered': z.object({ userId }),
  /** Somebody tried to register an e-mail address that already has an account. */
  'user.registration_repeated': z.object({ userId }),
  'user.session_revoked': z.object({ userId, reason: z.string() }),
  'category.changed': z.object({ categoryId }),
  'product.created': z.object({ productId }),
  'product.updated': z.object({ productId }),
  'product.deleted': z.object({ productId }),
  'product.out_of_stock': z.object({ productId, variantId }),
  /** A variant that was out of stock can be bought again. `available` is not positive if it can only be bought on backorder. */
  'product.back_in_stock': z.object({ productId, variantId, available: z.int() }),
  'inventory.low_stock': z.object({ productId, variantId, available: z.int() }),
  /** Units came or went, other than by a sale. `onHand` is before orders get the units that they wait for: `stock.committed` follows. */
  'stock.updated': z.object({ variantId, onHand: z.int(), delta: z.int(), reason: z.string() }),
  /** Units were moved from one location to another; the total has not changed. */
  'stock.transferred': z.object({ variantId, fromLocationId: stockLocationId, toLocationId: stockLocationId, quantity: z.int() }),
  /** Units of an order were sold: at payment, and when units that it waited for arrive. They are no longer on hand. */
  'stock.committed': z.object({ orderId, items: z.array(z.object({ variantId, quantity: z.int() })) }),
  /** Prices may have changed: those of the variants, or any prices if it names none. */
  'pricing.changed': z.object({ variantIds: z.array(variantId) }),
  /** Nobody has changed a cart with lines for a while. Sent once until the cart changes again. */
  'cart.abandoned': z.object({ cartId, userId: userId.nullable(), lineCount: z.int(), subtotalCents: cents, currency }),
  'order.placed': z.object(orderMoney),
  'order.confirmed': z.object(orderMoney),
  /** A parcel was shipped. `order.shipped` follows with the last parcel. */
  'order.parcel_sent': z.object({ ...order, shipmentId, units: z.int() }),
  'order.parcel_delivered': z.object({ ...order, shipmentId }),
  'order.shipped': z.object({ ...order, shipmentId }),
  'order.delivered': z.object(order),
  'return.requested': z.object(orderReturn),
  'return.approved': z.object(orderReturn),
  'return.rejected': z.object(orderReturn),
  /** The order was cancelled after units had been shipped; the shop expects these units back. The amounts are those of the cancellation. */
  'return.in_transit': z.object({ ...orderReturn, ...refundedMoney }),
  /** Units in transit did not arrive in time, or staff wrote them off. */
  'return.written_off': z.object(orderReturn),
  'return.received': z.object({ ...orderReturn, ...refundedMoney }),
  'order.address_updated': z.object(order),
  /** An edit by staff took effect. A positive difference has been paid; of a negative difference the amounts are refunded. */
  'order.edited': z.object({ ...orderMoney, ...refundedMoney, differenceCents: signedCents.default(0) }),
  /** An edit that costs more waits for the payment of its difference. */
  'order.edit_proposed': z.object(orderEdit),
  /** The edit no longer waits for a payment; the order is unchanged, or was cancelled. */
  'order.edit_closed': z.object({ ...orderEdit, outcome: z.enum(['lapsed', 'withdrawn', 'order_cancelled']) }),
  /**
   * `returnId` is a return of shipped units that belongs to the cancellation: one that is in transit, or the one whose units were the last
   * to arrive.
   */
  'order.cancelled': z.object({
    ...order,
    ...refundedMoney,
    reason: z.enum(cancellationReasons),
    returnId: orderReturnId.nullable().default(null),
  }),
  /**
   * Staff refunded a part of the order, or all of it, without a cancellation, an edit or a return; or a refund was made at the
   * provider.
   */
  'order.refunded': z.object({ orderId, ...refundedMoney }),
  /** The provider captured the payment. If the shop cannot keep it, `payment.returned` follows. */
  'payment.captured': z.object(payment),
  /** The provider waits for the buyer to confirm, for example by 3-D Secure. */
  'payment.requires_action': z.object(payment),
  /**
   * A payment was captured for an order that is cancelled or was paid another way, or for an edit that no longer waits, and the shop
   * refunds `amountCents`; or staff have refunded a charge of a wrong amount.
   */
  'payment.returned': z.object({ ...payment, reason: z.enum(['order_cancelled', 'paid_otherwise', 'edit_closed', 'wrong_amount']) }),
  /** `wrong_amount`: the provider charged a different amount or currency than requested. Staff decide about that money. */
  'payment.failed': z.object({ ...payment, reason: z.string(), cause: z.enum(['declined', 'wrong_amount']).default('declined') }),
  /** The buyer's bank disputes the payment. Nothing can be refunded while the dispute is open, or after the shop has lost it. */
  'payment.disputed': z.object(payment),
  'payment.dispute_closed': z.object({ ...payment, won: z.boolean() }),
  /** The refund did not reach the buyer. If the money left first and came back, `refund.processed` was sent before. */
  'refund.failed': z.object({ refundId, paymentId, orderId, amountCents: cents, currency }),
  'refund.processed': z.object({ refundId, paymentId, orderId, amountCents: cents, currency }),
  'flash_sale.created': z.object({ saleId: flashSaleId }),
  'flash_sale.updated': z.object({ saleId: flashSaleId }),
  'flash_sale.paused': z.object({ saleId: flashSaleId }),
  'flash_sale.resumed': z.object({ saleId: flashSaleId }),
  'flash_sale.ended': z.object({ saleId: flashSaleId }),
  /** The last free unit of an item was taken. Units may become free again, for example when an unpaid order expires. */
  'flash_sale.sold_out': z.object({ saleId: flashSaleId, itemId: flashSaleItemId, variantId }),
  'invoice.issued': z.object({ invoiceId, orderId, number: z.string() }),
} as const;

export type EventName = keyof typeof eventPayloads;
export type EventPayload<N extends EventName> = z.infer<(typeof eventPayloads)[N]>;
export const eventNames = Object.keys(eventPayloads) as [EventName, ...EventName[]];
