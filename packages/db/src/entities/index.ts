/** Every table of the shop. */
import type { EntitySchema } from '@mikro-orm/core';
import * as accounts from './accounts.entities.ts';
import * as carts from './carts.entities.ts';
import * as catalog from './catalog.entities.ts';
import * as events from './events.entities.ts';
import * as flashSales from './flash-sales.entities.ts';
import * as gatewayEvents from './gateway-events.entities.ts';
import * as inventory from './inventory.entities.ts';
import * as invoicing from './invoicing.entities.ts';
import * as notifications from './notifications.entities.ts';
import * as orders from './orders.entities.ts';
import * as payments from './payments.entities.ts';
import * as platform from './platform.entities.ts';
import * as pricing from './pricing.entities.ts';
import * as returns from './returns.entities.ts';
import * as sandbox from './sandbox.entities.ts';
import * as search from './search.entities.ts';
import * as storeCredit from './store-credit.entities.ts';
import * as terms from './terms.entities.ts';

/** The union of all entity types, written out because the inferred type of the list is too long to declare. */
export type Entity =
  | typeof accounts.User
  | typeof accounts.Session
  | typeof accounts.SignInTry
  | typeof accounts.RefreshToken
  | typeof accounts.OrderView
  | typeof accounts.SigningKey
  | typeof catalog.Category
  | typeof catalog.Product
  | typeof catalog.Variant
  | typeof catalog.ProductImage
  | typeof catalog.SlugRedirect
  | typeof catalog.Collection
  | typeof catalog.CatalogImport
  | typeof catalog.CatalogImportRow
  | typeof catalog.CatalogImportName
  | typeof catalog.CatalogImportChunk
  | typeof search.SearchEntry
  | typeof search.SearchWord
  | typeof search.SearchTrend
  | typeof search.SearchReindex
  | typeof search.SearchQueueItem
  | typeof pricing.StoreSettings
  | typeof pricing.PricingRule
  | typeof pricing.PriceChange
  | typeof pricing.PromoCode
  | typeof pricing.PromoRedemption
  | typeof pricing.PriceList
  | typeof pricing.PriceListPrice
  | typeof terms.TaxRate
  | typeof terms.ShippingMethod
  | typeof terms.ShippingBand
  | typeof inventory.StockLevel
  | typeof inventory.StockLocation
  | typeof inventory.LocationLevel
  | typeof inventory.StockAllocation
  | typeof inventory.Hold
  | typeof inventory.StockMovement
  | typeof carts.Cart
  | typeof carts.CartItem
  | typeof orders.Order
  | typeof orders.OrderItem
  | typeof orders.OrderStatusChange
  | typeof orders.Shipment
  | typeof orders.ShipmentLine
  | typeof orders.OrderEdit
  | typeof orders.OrderLogEntry
  | typeof returns.OrderReturn
  | typeof returns.OrderReturnLine
  | typeof returns.OrderReturnRefund
  | typeof orders.PurchaseCount
  | typeof orders.PurchaseClaim
  | typeof storeCredit.StoreCredit
  | typeof storeCredit.StoreCreditMovement
  | typeof storeCredit.OrderCredit
  | typeof flashSales.FlashSale
  | typeof flashSales.FlashSaleItem
  | typeof flashSales.FlashPurchase
  | typeof flashSales.WaitingRoom
  | typeof flashSales.WaitingPlace
  | typeof payments.Payment
  | typeof payments.Refund
  | typeof payments.Dispute
  | typeof payments.PaymentDiscrepancy
  | typeof gatewayEvents.GatewayEvent
  | typeof sandbox.SandboxCharge
  | typeof sandbox.SandboxRefund
  | typeof sandbox.SandboxDispute
  | typeof sandbox.SandboxEvent
  | typeof gatewayEvents.GatewayCatchUp
  | typeof invoicing.InvoiceSeries
  | typeof invoicing.Invoice
  | typeof invoicing.CreditNote
  | typeof events.OutboxEvent
  | typeof events.EventConsumer
  | typeof events.EventSubscription
  | typeof events.EventDelivery
  | typeof notifications.Notification
  | typeof notifications.Mail
  | typeof platform.IdempotencyKey
  | typeof platform.AuditEntry
  | typeof platform.UnreadableValue
  | typeof platform.SealedCheck
  | typeof platform.Installation
  | typeof platform.PermanentKey
  | typeof platform.LimitCounter;

export const entities: readonly EntitySchema[] = [
  accounts.User,
  accounts.Session,
  accounts.SignInTry,
  accounts.RefreshToken,
  accounts.OrderView,
  accounts.SigningKey,
  catalog.Category,
  catalog.Product,
  catalog.Variant,
  catalog.ProductImage,
  catalog.SlugRedirect,
  catalog.Collection,
  catalog.CatalogImport,
  catalog.CatalogImportRow,
  catalog.CatalogImportName,
  catalog.CatalogImportChunk,
  search.SearchEntry,
  search.SearchWord,
  search.SearchTrend,
  search.SearchReindex,
  search.SearchQueueItem,
  pricing.StoreSettings,
  pricing.PricingRule,
  pricing.PriceChange,
  pricing.PromoCode,
  pricing.PromoRedemption,
  pricing.PriceList,
  pricing.PriceListPrice,
  terms.TaxRate,
  terms.ShippingMethod,
  terms.ShippingBand,
  inventory.StockLevel,
  inventory.StockLocation,
  inventory.LocationLevel,
  inventory.StockAllocation,
  inventory.Hold,
  inventory.StockMovement,
  carts.Cart,
  carts.CartItem,
  orders.Order,
  orders.OrderItem,
  orders.OrderStatusChange,
  orders.Shipment,
  orders.ShipmentLine,
  orders.OrderEdit,
  orders.OrderLogEntry,
  returns.OrderReturn,
  returns.OrderReturnLine,
  returns.OrderReturnRefund,
  orders.PurchaseCount,
  orders.PurchaseClaim,
  storeCredit.StoreCredit,
  storeCredit.StoreCreditMovement,
  storeCredit.OrderCredit,
  flashSales.FlashSale,
  flashSales.FlashSaleItem,
  flashSales.FlashPurchase,
  flashSales.WaitingRoom,
  flashSales.WaitingPlace,
  payments.Payment,
  payments.Refund,
  payments.Dispute,
  payments.PaymentDiscrepancy,
  gatewayEvents.GatewayEvent,
  sandbox.SandboxCharge,
  sandbox.SandboxRefund,
  sandbox.SandboxDispute,
  sandbox.SandboxEvent,
  gatewayEvents.GatewayCatchUp,
  invoicing.InvoiceSeries,
  invoicing.Invoice,
  invoicing.CreditNote,
  events.OutboxEvent,
  events.EventConsumer,
  events.EventSubscription,
  events.EventDelivery,
  notifications.Notification,
  notifications.Mail,
  platform.IdempotencyKey,
  platform.PermanentKey,
  platform.LimitCounter,
  platform.AuditEntry,
  platform.UnreadableValue,
  platform.SealedCheck,
  platform.Installation,
];
