/** Routes of all pages. Filters are in the URL, so that a view can be shared and the back button works. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet, redirect } from '@tanstack/react-router';
import { Shell } from './components/shell.tsx';
import { toOrderSearch } from './lib/order-search.ts';
import { shop } from './lib/shop.ts';

export interface ListSearch {
  page?: number;
  q?: string;
  status?: string;
  low?: boolean;
  /** Slug of a category. */
  category?: string;
}
const listSearch = (search: Record<string, unknown>): ListSearch => ({
  ...(Number(search['page']) > 1 && { page: Number(search['page']) }),
  ...(typeof search['q'] === 'string' && search['q'] && { q: search['q'] }),
  ...(typeof search['status'] === 'string' && search['status'] && { status: search['status'] }),
  ...(search['low'] ? { low: true } : {}),
  ...(typeof search['category'] === 'string' && search['category'] && { category: search['category'] }),
});

const root = createRootRoute({ component: Outlet });
const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  component: lazyRouteComponent(() => import('./pages/sign-in.tsx'), 'SignInPage'),
});
const setUp = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  component: lazyRouteComponent(() => import('./pages/set-up.tsx'), 'SetUpPage'),
});
const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  component: Shell,
  beforeLoad: async () => {
    if (!(await shop.isSignedIn())) throw redirect({ to: '/sign-in' });
  },
});
const dashboard = createRoute({
  getParentRoute: () => shell,
  path: '/',
  component: lazyRouteComponent(() => import('./pages/dashboard.tsx'), 'DashboardPage'),
});
const orders = createRoute({
  getParentRoute: () => shell,
  path: '/orders',
  validateSearch: toOrderSearch,
  component: lazyRouteComponent(() => import('./pages/orders-list.tsx'), 'OrdersPage'),
});
const order = createRoute({
  getParentRoute: () => shell,
  path: '/orders/$orderId',
  component: lazyRouteComponent(() => import('./pages/order-detail.tsx'), 'OrderPage'),
});
const returns = createRoute({
  getParentRoute: () => shell,
  path: '/returns',
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('./pages/returns.tsx'), 'ReturnsPage'),
});
const products = createRoute({
  getParentRoute: () => shell,
  path: '/products',
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('./pages/products-list.tsx'), 'ProductsPage'),
});
const product = createRoute({
  getParentRoute: () => shell,
  path: '/products/$productId',
  component: lazyRouteComponent(() => import('./pages/product-detail.tsx'), 'ProductPage'),
});
const productImport = createRoute({
  getParentRoute: () => shell,
  path: '/import',
  component: lazyRouteComponent(() => import('./pages/product-import.tsx'), 'ImportPage'),
});
const categories = createRoute({
  getParentRoute: () => shell,
  path: '/categories',
  component: lazyRouteComponent(() => import('./pages/categories.tsx'), 'CategoriesPage'),
});
const collections = createRoute({
  getParentRoute: () => shell,
  path: '/collections',
  component: lazyRouteComponent(() => import('./pages/collections.tsx'), 'CollectionsPage'),
});
const inventory = createRoute({
  getParentRoute: () => shell,
  path: '/inventory',
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('./pages/inventory.tsx'), 'InventoryPage'),
});
const sales = createRoute({
  getParentRoute: () => shell,
  path: '/sales',
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('./pages/sales-list.tsx'), 'SalesPage'),
});
const sale = createRoute({
  getParentRoute: () => shell,
  path: '/sales/$saleId',
  component: lazyRouteComponent(() => import('./pages/sale-detail.tsx'), 'SalePage'),
});
const discrepancies = createRoute({
  getParentRoute: () => shell,
  path: '/payments',
  component: lazyRouteComponent(() => import('./pages/payment-discrepancies.tsx'), 'PaymentDiscrepanciesPage'),
});
const storeCredit = createRoute({
  getParentRoute: () => shell,
  path: '/store-credit',
  component: lazyRouteComponent(() => import('./pages/store-credit.tsx'), 'StoreCreditPage'),
});
const pricing = createRoute({
  getParentRoute: () => shell,
  path: '/pricing',
  validateSearch: (search: Record<string, unknown>): { tab?: string } => (typeof search['tab'] === 'string' ? { tab: search['tab'] } : {}),
  component: lazyRouteComponent(() => import('./pages/pricing.tsx'), 'PricingPage'),
});
const events = createRoute({
  getParentRoute: () => shell,
  path: '/events',
  component: lazyRouteComponent(() => import('./pages/events.tsx'), 'EventsPage'),
});
const mailbox = createRoute({
  getParentRoute: () => shell,
  path: '/mailbox',
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('./pages/mailbox.tsx'), 'MailboxPage'),
});
const health = createRoute({
  getParentRoute: () => shell,
  path: '/health',
  component: lazyRouteComponent(() => import('./pages/health.tsx'), 'HealthPage'),
});
/** Every other address. It is inside the frame, so that the menu is there. */
const notFound = createRoute({
  getParentRoute: () => shell,
  path: '/$',
  component: lazyRouteComponent(() => import('./pages/not-found.tsx'), 'NotFoundPage'),
});

export const router = createRouter({
  routeTree: root.addChildren([
    signIn,
    setUp,
    shell.addChildren([
      dashboard,
      orders,
      order,
      returns,
      products,
      product,
      categories,
      collections,
      productImport,
      inventory,
      pricing,
      sales,
      sale,
      discrepancies,
      storeCredit,
      events,
      mailbox,
      health,
      notFound,
    ]),
  ]),
  basepath: '/admin',
  defaultPreload: 'intent',
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
