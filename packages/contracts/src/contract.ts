/** The whole public API as one record: domain -> procedure. Run `pnpm generate` after each change. */
import { authContract } from './accounts.contract.ts';
import { cartsContract } from './carts.contract.ts';
import { productImagesContract } from './catalog-actions.contract.ts';
import { productsContract } from './catalog.contract.ts';
import { categoriesContract } from './categories.contract.ts';
import { collectionsContract } from './collections.contract.ts';
import { checkoutContract } from './checkout.contract.ts';
import { flashSalesContract } from './flash-sales.contract.ts';
import { importsContract } from './imports.contract.ts';
import { inventoryContract } from './inventory.contract.ts';
import { orderViewsContract } from './order-views.contract.ts';
import { ordersContract } from './orders.contract.ts';
import { invoicesContract } from './invoices.contract.ts';
import { paymentsContract } from './payments.contract.ts';
import { eventsContract, mailboxContract, systemContract } from './platform.contract.ts';
import { priceListsContract } from './price-lists.contract.ts';
import { pricingContract } from './pricing.contract.ts';
import { promoCodesContract } from './promo-codes.contract.ts';
import type { Contract } from './procedure.ts';
import { settingsContract } from './settings.contract.ts';
import { shippingContract } from './shipping.contract.ts';
import { taxContract } from './tax.contract.ts';
import { returnsContract } from './returns.contract.ts';
import { storeCreditContract } from './store-credit.contract.ts';
import { searchContract } from './search.contract.ts';

/** Written out so that the type declarations of this package refer to each domain's type instead of repeating it. */
export type ShopContract = {
  readonly auth: typeof authContract;
  readonly products: typeof productsContract;
  readonly productImages: typeof productImagesContract;
  readonly categories: typeof categoriesContract;
  readonly collections: typeof collectionsContract;
  readonly imports: typeof importsContract;
  readonly search: typeof searchContract;
  readonly pricing: typeof pricingContract;
  readonly promoCodes: typeof promoCodesContract;
  readonly priceLists: typeof priceListsContract;
  readonly tax: typeof taxContract;
  readonly shipping: typeof shippingContract;
  readonly settings: typeof settingsContract;
  readonly inventory: typeof inventoryContract;
  readonly carts: typeof cartsContract;
  readonly checkout: typeof checkoutContract;
  readonly orders: typeof ordersContract;
  readonly orderViews: typeof orderViewsContract;
  readonly returns: typeof returnsContract;
  readonly payments: typeof paymentsContract;
  readonly invoices: typeof invoicesContract;
  readonly storeCredit: typeof storeCreditContract;
  readonly flashSales: typeof flashSalesContract;
  readonly events: typeof eventsContract;
  readonly mailbox: typeof mailboxContract;
  readonly system: typeof systemContract;
};

export const contract: ShopContract = {
  auth: authContract,
  products: productsContract,
  productImages: productImagesContract,
  categories: categoriesContract,
  collections: collectionsContract,
  imports: importsContract,
  search: searchContract,
  pricing: pricingContract,
  promoCodes: promoCodesContract,
  priceLists: priceListsContract,
  tax: taxContract,
  shipping: shippingContract,
  settings: settingsContract,
  inventory: inventoryContract,
  carts: cartsContract,
  checkout: checkoutContract,
  orders: ordersContract,
  orderViews: orderViewsContract,
  returns: returnsContract,
  payments: paymentsContract,
  invoices: invoicesContract,
  storeCredit: storeCreditContract,
  flashSales: flashSalesContract,
  events: eventsContract,
  mailbox: mailboxContract,
  system: systemContract,
} satisfies Contract;
