/** Views of the order list: those that every shop wants, and those that a person keeps. */
import type { OrderView } from '@cartwright/contracts';
import { toFilters, toOrderSearch, type OrderSearch } from './order-search.ts';
import { shop } from './shop.ts';

export const orderViewsQuery = { queryKey: ['order-views'], queryFn: () => shop.orderViews.list({}), staleTime: 60_000 };

/** Views that are there from the first day. What waits longest stands first where somebody has to act. */
export const givenViews: readonly { readonly name: string; readonly search: OrderSearch }[] = [
  { name: 'All', search: {} },
  { name: 'To ship', search: { status: 'confirmed', sort: 'oldest' } },
  { name: 'Unpaid', search: { status: 'pending' } },
  { name: 'Needs attention', search: { attention: true } },
];

const localDay = (at: string | undefined, plusMs = 0): string | undefined => {
  if (at === undefined) return undefined;
  const local = new Date(new Date(at).getTime() + plusMs);
  const pad = (n: number): string => String(n).padStart(2, '0');
  return `${local.getFullYear()}-${pad(local.getMonth() + 1)}-${pad(local.getDate())}`;
};
const amount = (cents: number | undefined): string | undefined => (cents === undefined ? undefined : String(cents / 100));

/** The address that shows a kept view. */
export const toSearch = ({ id, filters, sort }: OrderView): OrderSearch =>
  toOrderSearch({
    status: filters.status,
    paymentStatus: filters.paymentStatus,
    sku: filters.sku,
    from: localDay(filters.placedFrom),
    // A view ends with the first instant after its last day.
    to: localDay(filters.placedTo, -1),
    min: amount(filters.minTotalCents),
    max: amount(filters.maxTotalCents),
    attention: filters.needsAttention,
    sort,
    view: id,
  });

/** What of an address can be kept: all but the page and the words typed to find somebody. */
export const toKept = (search: OrderSearch): Pick<OrderView, 'filters' | 'sort'> => {
  const { q: _person, ...filters } = toFilters(search);
  return { filters, sort: search.sort ?? 'newest' };
};

const told = (search: OrderSearch): string => {
  const { filters, sort } = toKept(search);
  return JSON.stringify([Object.entries(filters).toSorted(([a], [b]) => a.localeCompare(b)), sort]);
};
/** Whether two addresses show the same orders in the same order, whatever the page and the words typed. */
export const isSameView = (a: OrderSearch, b: OrderSearch): boolean => told(a) === told(b);
