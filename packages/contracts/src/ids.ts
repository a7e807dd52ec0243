/** Branded identifiers (UUIDs of version 7): the type system rejects the id of one entity in place of another's. */
import { z } from 'zod';

/** An id without a brand, described by what it is the id of and where a client finds it. */
export const idOf = (what: string, from: string) => z.uuid().meta({ description: `Id of the ${what}, from ${from}` });

const id = <B extends string>(what: string, from: string) => idOf(what, from).brand<B>();

/** The id that a client of a live feed sends to resume after an interruption. */
export const lastEventId = (mostCharacters: number) =>
  z.string().max(mostCharacters).nullish().meta({ description: 'Id of the last message, from this feed: the feed resumes after it' });

export const userId = id<'UserId'>('account', '`auth.me` or `customer` of an order');
export type UserId = z.infer<typeof userId>;
export const orderViewId = id<'OrderViewId'>('saved view', '`orderViews.list`');
export type OrderViewId = z.infer<typeof orderViewId>;
export const productId = id<'ProductId'>('product', '`products.list` or `search.products`');
export type ProductId = z.infer<typeof productId>;
export const variantId = id<'VariantId'>('variant', '`variants` of the product');
export type VariantId = z.infer<typeof variantId>;
export const categoryId = id<'CategoryId'>('category', '`categories.tree`');
export type CategoryId = z.infer<typeof categoryId>;
export const collectionId = id<'CollectionId'>('collection', '`collections.list`');
export type CollectionId = z.infer<typeof collectionId>;
export const productImageId = id<'ProductImageId'>('image', '`images` of the product');
export type ProductImageId = z.infer<typeof productImageId>;
export const reindexId = id<'ReindexId'>('reindex', '`search.reindexProgress`');
export type ReindexId = z.infer<typeof reindexId>;
export const catalogImportId = id<'CatalogImportId'>('import', '`imports.list`');
export type CatalogImportId = z.infer<typeof catalogImportId>;
export const stockLocationId = id<'StockLocationId'>('stock location', '`inventory.locations`');
export type StockLocationId = z.infer<typeof stockLocationId>;
export const pricingRuleId = id<'PricingRuleId'>('pricing rule', '`pricing.listRules`');
export type PricingRuleId = z.infer<typeof pricingRuleId>;
export const priceListId = id<'PriceListId'>('price list', '`priceLists.list`');
export type PriceListId = z.infer<typeof priceListId>;
export const promoCodeId = id<'PromoCodeId'>('promo code', '`promoCodes.list`');
export type PromoCodeId = z.infer<typeof promoCodeId>;
const ofShippingMethod = ['shipping method', '`checkout.shippingOptions` or `shipping.list`'] as const;
export const shippingMethodId = id<'ShippingMethodId'>(...ofShippingMethod);
/** The id of a shipping method as the pricing engine knows it: without the brand. */
export const pricedMethodId = idOf(...ofShippingMethod);
export type ShippingMethodId = z.infer<typeof shippingMethodId>;
export const cartId = id<'CartId'>('cart', '`carts.create` or `carts.mine`');
export type CartId = z.infer<typeof cartId>;
export const cartItemId = id<'CartItemId'>('line', '`items` of the cart');
export type CartItemId = z.infer<typeof cartItemId>;
export const orderId = id<'OrderId'>('order', '`checkout.complete`, `flashSales.buy` or `orders.list`');
export type OrderId = z.infer<typeof orderId>;
export const orderItemId = id<'OrderItemId'>('line', '`items` of the order');
export type OrderItemId = z.infer<typeof orderItemId>;
export const orderEditId = id<'OrderEditId'>('edit', '`edits` of the order');
export type OrderEditId = z.infer<typeof orderEditId>;
export const orderReturnId = id<'OrderReturnId'>('return', '`returns` of the order or `returns.list`');
export type OrderReturnId = z.infer<typeof orderReturnId>;
export const shipmentId = id<'ShipmentId'>('shipment', '`shipments` of the order');
export type ShipmentId = z.infer<typeof shipmentId>;
export const paymentId = id<'PaymentId'>('payment', '`payments` of the order');
export type PaymentId = z.infer<typeof paymentId>;
export const refundId = id<'RefundId'>('refund', '`refunds` of the payment');
export type RefundId = z.infer<typeof refundId>;
export const storeCreditId = id<'StoreCreditId'>('gift card or store credit', '`storeCredit.list`');
export type StoreCreditId = z.infer<typeof storeCreditId>;
export const invoiceId = id<'InvoiceId'>('invoice', '`invoices.list` or `invoice` of the order');
export type InvoiceId = z.infer<typeof invoiceId>;
export const flashSaleId = id<'FlashSaleId'>('flash sale', '`flashSales.list`');
export type FlashSaleId = z.infer<typeof flashSaleId>;
export const flashSaleItemId = id<'FlashSaleItemId'>('flash sale item', '`items` of the flash sale');
export type FlashSaleItemId = z.infer<typeof flashSaleItemId>;
export const waitingPlaceId = id<'WaitingPlaceId'>('place in the waiting room', '`flashSales.join`');
export type WaitingPlaceId = z.infer<typeof waitingPlaceId>;
export const eventId = id<'EventId'>('event', '`events.list`');
export type EventId = z.infer<typeof eventId>;
export const mailId = id<'MailId'>('mail', '`mailbox.list`');
export type MailId = z.infer<typeof mailId>;
