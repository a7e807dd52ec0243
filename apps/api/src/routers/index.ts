/** Every procedure of the contract, each one call into the core. */
import { contract } from '@cartwright/contracts';
import * as accounts from '@cartwright/core/accounts';
import * as carts from '@cartwright/core/carts';
import * as catalog from '@cartwright/core/catalog';
import * as checkout from '@cartwright/core/checkout';
import * as events from '@cartwright/core/events';
import * as inventory from '@cartwright/core/inventory';
import * as invoicing from '@cartwright/core/invoicing';
import * as notifications from '@cartwright/core/notifications';
import * as operations from '@cartwright/core/operations';
import * as orders from '@cartwright/core/orders';
import * as payments from '@cartwright/core/payments';
import * as pricing from '@cartwright/core/pricing';
import { tracked, type TRPCRouterRecord } from '@trpc/server';
import { mutation, query, subscription } from '../trpc/procedures.ts';
import { t } from '../trpc/trpc.ts';

const c = contract;

const authRouter = {
  register: mutation(c.auth.register, ({ core, actor, input }) => accounts.registerCustomer(core, actor, input)),
  login: mutation(c.auth.login, ({ core, actor, input }) => accounts.signIn(core, actor, input)),
  refresh: mutation(c.auth.refresh, ({ core, actor, input }) => accounts.refreshSession(core, actor, input)),
  logout: mutation(c.auth.logout, ({ core, actor }) => accounts.signOut(core, actor)),
  me: query(c.auth.me, ({ core, actor }) => accounts.getMe(core, actor)),
  verify: query(c.auth.verify, ({ core, actor }) => accounts.verifyToken(core, actor)),
} satisfies TRPCRouterRecord;

const productsRouter = {
  list: query(c.products.list, ({ core, actor, input }) => catalog.listProducts(core, actor, input)),
  get: query(c.products.get, ({ core, actor, input }) => catalog.getProduct(core, actor, input)),
  create: mutation(c.products.create, ({ core, actor, input }) => catalog.createProduct(core, actor, input)),
  update: mutation(c.products.update, ({ core, actor, input }) => catalog.updateProduct(core, actor, input)),
  delete: mutation(c.products.delete, ({ core, actor, input }) => catalog.deleteProduct(core, actor, input)),
} satisfies TRPCRouterRecord;

const categoriesRouter = {
  tree: query(c.categories.tree, ({ core }) => catalog.listCategories(core)),
} satisfies TRPCRouterRecord;

const importsRouter = {
  create: mutation(c.imports.create, ({ core, actor, input }) => catalog.importProducts(core, actor, input)),
  get: query(c.imports.get, ({ core, actor, input }) => catalog.getCatalogImport(core, actor, input)),
} satisfies TRPCRouterRecord;

const pricingRouter = {
  quote: query(c.pricing.quote, ({ core, actor, input }) => pricing.quotePrice(core, actor, input)),
  listRules: query(c.pricing.listRules, ({ core, actor, input }) => pricing.listPricingRules(core, actor, input)),
  createRules: mutation(c.pricing.createRules, ({ core, actor, input }) => pricing.createPricingRules(core, actor, input)),
  deleteRule: mutation(c.pricing.deleteRule, ({ core, actor, input }) => pricing.deletePricingRule(core, actor, input)),
} satisfies TRPCRouterRecord;

const inventoryRouter = {
  get: query(c.inventory.get, ({ core, actor, input }) => inventory.getStockLevel(core, actor, input)),
  list: query(c.inventory.list, ({ core, actor, input }) => inventory.listStockLevels(core, actor, input)),
  adjust: mutation(c.inventory.adjust, ({ core, actor, input }) => inventory.adjustStock(core, actor, input)),
  set: mutation(c.inventory.set, ({ core, actor, input }) => inventory.setStock(core, actor, input)),
  movements: query(c.inventory.movements, ({ core, actor, input }) => inventory.listStockMovements(core, actor, input)),
} satisfies TRPCRouterRecord;

const cartsRouter = {
  create: mutation(c.carts.create, ({ core, actor, input }) => carts.createCart(core, actor, input)),
  get: query(c.carts.get, ({ core, actor, input }) => carts.getCart(core, actor, input)),
  addItem: mutation(c.carts.addItem, ({ core, actor, input }) => carts.addCartItem(core, actor, input)),
  addItems: mutation(c.carts.addItems, ({ core, actor, input }) => carts.addCartItems(core, actor, input)),
  updateItem: mutation(c.carts.updateItem, ({ core, actor, input }) => carts.updateCartItem(core, actor, input)),
  removeItem: mutation(c.carts.removeItem, ({ core, actor, input }) => carts.removeCartItem(core, actor, input)),
  clear: mutation(c.carts.clear, ({ core, actor, input }) => carts.clearCart(core, actor, input)),
  applyCode: mutation(c.carts.applyCode, ({ core, actor, input }) => carts.applyPromoCode(core, actor, input)),
  removeCode: mutation(c.carts.removeCode, ({ core, actor, input }) => carts.removePromoCode(core, actor, input)),
} satisfies TRPCRouterRecord;

const checkoutRouter = {
  validate: query(c.checkout.validate, ({ core, actor, input }) => checkout.validateCheckout(core, actor, input)),
  complete: mutation(c.checkout.complete, ({ core, actor, input, idempotencyKey }) =>
    checkout.completeCheckout(core, actor, input, { idempotencyKey }),
  ),
} satisfies TRPCRouterRecord;

const ordersRouter = {
  list: query(c.orders.list, ({ core, actor, input }) => orders.listOrders(core, actor, input)),
  get: query(c.orders.get, ({ core, actor, input }) => orders.getOrder(core, actor, input)),
  cancel: mutation(c.orders.cancel, ({ core, actor, input }) => checkout.cancelOrder(core, actor, input)),
  ship: mutation(c.orders.ship, ({ core, actor, input }) => orders.shipOrder(core, actor, input)),
  deliver: mutation(c.orders.deliver, ({ core, actor, input }) => orders.deliverOrder(core, actor, input)),
} satisfies TRPCRouterRecord;

const paymentsRouter = {
  listForOrder: query(c.payments.listForOrder, ({ core, actor, input }) => payments.listPaymentsForOrder(core, actor, input)),
  refund: mutation(c.payments.refund, ({ core, actor, input }) => payments.refundPayment(core, actor, input)),
} satisfies TRPCRouterRecord;

const invoicesRouter = {
  list: query(c.invoices.list, ({ core, actor, input }) => invoicing.listInvoices(core, actor, input)),
} satisfies TRPCRouterRecord;

const eventsRouter = {
  list: query(c.events.list, ({ core, actor, input }) => events.listEvents(core, actor, input)),
  live: subscription(c.events.live, async function* ({ core, actor, input, signal }) {
    for await (const [id, event] of events.streamEvents(core, actor, input, signal)) yield tracked(id, event);
  }),
} satisfies TRPCRouterRecord;

const mailboxRouter = {
  list: query(c.mailbox.list, ({ core, actor, input }) => notifications.listMails(core, actor, input)),
  get: query(c.mailbox.get, ({ core, actor, input }) => notifications.getMail(core, actor, input)),
} satisfies TRPCRouterRecord;

const systemRouter = {
  ping: query(c.system.ping, async () => ({ pong: true as const })),
  dashboard: query(c.system.dashboard, ({ core, actor }) => operations.getDashboard(core, actor)),
  invariants: query(c.system.invariants, ({ core, actor }) => operations.checkInvariants(core, actor)),
} satisfies TRPCRouterRecord;

export const shopRouter = t.router({
  auth: authRouter,
  products: productsRouter,
  categories: categoriesRouter,
  imports: importsRouter,
  pricing: pricingRouter,
  inventory: inventoryRouter,
  carts: cartsRouter,
  checkout: checkoutRouter,
  orders: ordersRouter,
  payments: paymentsRouter,
  invoices: invoicesRouter,
  events: eventsRouter,
  mailbox: mailboxRouter,
  system: systemRouter,
});
export type ShopServerRouter = typeof shopRouter;
