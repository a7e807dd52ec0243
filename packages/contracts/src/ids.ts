/** Branded identifiers (UUIDs of version 7): the type system rejects the id of one entity in place of another's. */
import { z } from 'zod';

const id = <B extends string>(brand: B) =>
  z
    .uuid()
    .meta({
      description: `Id of the ${brand
        .replace(/Id$/, '')
        .replaceAll(/\B[A-Z]/g, ' $&')
        .toLowerCase()}`,
    })
    .brand<B>();

export const userId = id('UserId');
export type UserId = z.infer<typeof userId>;
export const orderViewId = id('OrderViewId');
export type OrderViewId = z.infer<typeof orderViewId>;
export const productId = id('ProductId');
export type ProductId = z.infer<typeof productId>;
export const variantId = id('VariantId');
export type VariantId = z.infer<typeof variantId>;
export const categoryId = id('CategoryId');
export type CategoryId = z.infer<typeof categoryId>;
export const collectionId = id('CollectionId');
export type CollectionId = z.infer<typeof collectionId>;
export const productImageId = id('ProductImageId');
export type ProductImageId = z.infer<typeof productImageId>;
export const reindexId = id('ReindexId');
export type ReindexId = z.infer<typeof reindexId>;
export const catalogImportId = id('CatalogImportId');
export type CatalogImportId = z.infer<typeof catalogImportId>;
export const stockLocationId = id('StockLocationId');
export type StockLocationId = z.infer<typeof stockLocationId>;
export const pricingRuleId = id('PricingRuleId');
export type PricingRuleId = z.infer<typeof pricingRuleId>;
export const priceListId = id('PriceListId');
export type PriceListId = z.infer<typeof priceListId>;
export const promoCodeId = id('PromoCodeId');
export type PromoCodeId = z.infer<typeof promoCodeId>;
export const shippingMethodId = id('ShippingMethodId');
export type ShippingMethodId = z.infer<typeof shippingMethodId>;
export const cartId = id('CartId');
export type CartId = z.infer<typeof cartId>;
export const cartItemId = id('CartItemId');
export type CartItemId = z.infer<typeof cartItemId>;
export const orderId = id('OrderId');
export type OrderId = z.infer<typeof orderId>;
export const orderItemId = id('OrderItemId');
export type OrderItemId = z.infer<typeof orderItemId>;
export const orderEditId = id('OrderEditId');
export type OrderEditId = z.infer<typeof orderEditId>;
export const orderReturnId = id('OrderReturnId');
export type OrderReturnId = z.infer<typeof orderReturnId>;
export const shipmentId = id('ShipmentId');
export type ShipmentId = z.infer<typeof shipmentId>;
export const paymentId = id('PaymentId');
export type PaymentId = z.infer<typeof paymentId>;
export const refundId = id('RefundId');
export type RefundId = z.infer<typeof refundId>;
export const storeCreditId = id('StoreCreditId');
export type StoreCreditId = z.infer<typeof storeCreditId>;
export const invoiceId = id('InvoiceId');
export type InvoiceId = z.infer<typeof invoiceId>;
export const flashSaleId = id('FlashSaleId');
export type FlashSaleId = z.infer<typeof flashSaleId>;
export const flashSaleItemId = id('FlashSaleItemId');
export type FlashSaleItemId = z.infer<typeof flashSaleItemId>;
export const waitingPlaceId = id('WaitingPlaceId');
export type WaitingPlaceId = z.infer<typeof waitingPlaceId>;
export const eventId = id('EventId');
export type EventId = z.infer<typeof eventId>;
export const notificationId = id('NotificationId');
export type NotificationId = z.infer<typeof notificationId>;
export const mailId = id('MailId');
export type MailId = z.infer<typeof mailId>;
