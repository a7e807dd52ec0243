/** Views of the order list: the built-in ones, and those that a user saves. */
import type { OrderView } from '@cartwright/contracts';
import { toAmount } from './format.ts';
import { toFilters, toOrderSearch, type OrderSearch } from './order-search.ts';
import { shop } from './shop.ts';

export const orderViewsQuery = { queryKey: ['order-views'], queryFn: () => shop.orderViews.list({}), staleTime: 60_000 };

/** Built-in views. Where staff must act, the oldest order comes first. */
export const defaultViews: readonly { readonly name: string; readonly search: OrderSearch }[] = [
  { name: 'All', search: {} },
  { name: 'To ship', search: { status: 'confirmed', sort: 'oldest' } },
  { name: 'Unpaid', search: { status: 'pending' } },
  { name: 'Declined, can be paid', search: { status: 'pending', paymentStatus: 'failed' } },
  { name: 'Needs attention', search: { attention: true } },
];

const localDay = (at: string | undefined, plusMs = 0): string | undefined => {
  if (at === undefined) return undefined;
  const local = new Date(new Date(at).getTime() + plusMs);
  const pad = (n: number): string => String(n).padStart(2, '0');
  return `${local.getFullYear()}-${pad(local.getMonth() + 1)}-${pad(local.getDate())}`;
};
const amount = (cents: number | undefined, currency: string): string | undefined =>
  cents === undefined ? undefined : String(toAmount(cents, currency));

/** The URL search of a saved view. `currency` is the currency of the shop, here and below. */
export const toSearch = ({ id, filters, sort }: OrderView, currency: string): OrderSearch =>
  toOrderSearch({
    status: filters.status,
    paymentStatus: filters.paymentStatus,
    sku: filters.sku,
    from: localDay(filters.placedFrom),
    // `placedTo` is the first instant after the last day.
    to: localDay(filters.placedTo, -1),
    min: amount(filters.minTotalCents, currency),
    max: amount(filters.maxTotalCents, currency),
    attention: filters.needsAttention,
    sort,
    view: id,
  });

/** The part of the URL search that a view stores: all but the page and the search text. */
export const toSavedView = (search: OrderSearch, currency: string): Pick<OrderView, 'filters' | 'sort'> => {
  const { q: _searchText, ...filters } = toFilters(search, currency);
  return { filters, sort: search.sort ?? 'newest' };
};

const keyOf = (search: OrderSearch, currency: string): string => {
  const { filters, sort } = toSavedView(search, currency);
  return JSON.stringify([Object.entries(filters).toSorted(([a], [b]) => a.localeCompare(b)), sort]);
};
/** Whether two URL searches have the same filters and sorting. Page and search text are ignored. */
export const isSameView = (a: OrderSearch, b: OrderSearch, currency: string): boolean => keyOf(a, currency) === keyOf(b, currency);
