/** Router with every procedure of the contract. Domains are plain records, so that only the root has the context's type. */
import { authRouter } from './routers/auth.router.ts';
import { cartsRouter } from './routers/carts.router.ts';
import { categoriesRouter, collectionsRouter } from './routers/categories.router.ts';
import { checkoutRouter } from './routers/checkout.router.ts';
import { eventsRouter } from './routers/events.router.ts';
import { flashSalesRouter } from './routers/flash-sales.router.ts';
import { importsRouter } from './routers/imports.router.ts';
import { inventoryRouter } from './routers/inventory.router.ts';
import { invoicesRouter } from './routers/invoices.router.ts';
import { mailboxRouter } from './routers/mailbox.router.ts';
import { orderViewsRouter } from './routers/order-views.router.ts';
import { ordersRouter } from './routers/orders.router.ts';
import { paymentsRouter } from './routers/payments.router.ts';
import { priceListsRouter } from './routers/price-lists.router.ts';
import { pricingRouter } from './routers/pricing.router.ts';
import { productImagesRouter, productsRouter } from './routers/products.router.ts';
import { returnsRouter } from './routers/returns.router.ts';
import { promoCodesRouter } from './routers/promo-codes.router.ts';
import { searchRouter } from './routers/search.router.ts';
import { storeCreditRouter } from './routers/store-credit.router.ts';
import { systemRouter } from './routers/system.router.ts';
import { settingsRouter, shippingRouter, taxRouter } from './routers/terms.router.ts';
import { t } from './trpc/trpc.ts';

/** The root router, with one record of procedures for each domain. */
export const shopRouter = t.router({
  auth: authRouter,
  products: productsRouter,
  productImages: productImagesRouter,
  categories: categoriesRouter,
  collections: collectionsRouter,
  imports: importsRouter,
  search: searchRouter,
  pricing: pricingRouter,
  promoCodes: promoCodesRouter,
  priceLists: priceListsRouter,
  tax: taxRouter,
  shipping: shippingRouter,
  settings: settingsRouter,
  inventory: inventoryRouter,
  carts: cartsRouter,
  checkout: checkoutRouter,
  orders: ordersRouter,
  orderViews: orderViewsRouter,
  returns: returnsRouter,
  payments: paymentsRouter,
  invoices: invoicesRouter,
  storeCredit: storeCreditRouter,
  flashSales: flashSalesRouter,
  events: eventsRouter,
  mailbox: mailboxRouter,
  system: systemRouter,
});
/** The type of the root router, for type tests. */
export type ShopServerRouter = typeof shopRouter;
