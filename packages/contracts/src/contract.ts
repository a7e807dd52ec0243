/** The whole public API as one record: domain -> procedure. After a change of it: `pnpm generate`. */
import { authContract } from './accounts.contract.ts';
import { cartsContract } from './carts.contract.ts';
import { productImagesContract } from './catalog-actions.contract.ts';
import { categoriesContract, importsContract, productsContract } from './catalog.contract.ts';
import { collectionsContract } from './collections.contract.ts';
import { checkoutContract } from './checkout.contract.ts';
import { flashSalesContract } from './flash-sales.contract.ts';
import { inventoryContract } from './inventory.contract.ts';
import { ordersContract } from './orders.contract.ts';
import { invoicesContract, paymentsContract } from './payments.contract.ts';
import { eventsContract, mailboxContract, systemContract } from './platform.contract.ts';
import { priceListsContract } from './price-lists.contract.ts';
import { pricingContract } from './pricing.contract.ts';
import { promoCodesContract } from './promo-codes.contract.ts';
import type { Contract } from './procedure.ts';
import { settingsContract, shippingContract, taxContract } from './terms.contract.ts';
import { returnsContract } from './returns.contract.ts';
import { searchContract } from './search.contract.ts';

export const contract = {
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
  returns: returnsContract,
  payments: paymentsContract,
  invoices: invoicesContract,
  flashSales: flashSalesContract,
  events: eventsContract,
  mailbox: mailboxContract,
  system: systemContract,
} as const satisfies Contract;

export type ShopContract = typeof contract;
