/** Filters of the order list, in the format of the URL and in the format of the API. */
import { definedFields, type OrderFilters, type OrderSort, type OrderStatus, type PaymentStatus } from '@cartwright/contracts';
import { amountProblem, toCents } from './format.ts';

export const orderStatuses = ['pending', 'confirmed', 'shipped', 'delivered', 'cancelled'] as const satisfies readonly OrderStatus[];
const orderSorts = ['newest', 'oldest', 'total_high', 'total_low'] as const satisfies readonly OrderSort[];
export const paymentStatuses = [
  'pending',
  'captured',
  'partially_refunded',
  'refunded',
  'failed',
  'voided',
  'disputed',
] as const satisfies readonly PaymentStatus[];

export interface OrderSearch {
  page?: number;
  q?: string;
  status?: OrderStatus;
  paymentStatus?: PaymentStatus;
  sku?: string;
  /** Dates in the format of a date field. */
  from?: string;
  to?: string;
  /** Amounts in major units of the shop's currency. */
  min?: string;
  max?: string;
  attention?: boolean;
  sort?: OrderSort;
  /** Id of the saved view that the filters come from. */
  view?: string;
}

const oneOf = <T extends string>(values: readonly T[], value: unknown): T | undefined => values.find((known) => known === value);
const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() ? value.trim() : typeof value === 'number' ? String(value) : undefined;

/** Reads the filters from the URL and drops unknown values. */
export const toOrderSearch = (search: Record<string, unknown>): OrderSearch => {
  return definedFields({
    page: Number(search['page']) > 1 ? Number(search['page']) : undefined,
    q: text(search['q']),
    status: oneOf(orderStatuses, search['status']),
    paymentStatus: oneOf(paymentStatuses, search['paymentStatus']),
    sku: text(search['sku']),
    from: text(search['from']),
    to: text(search['to']),
    min: text(search['min']),
    max: text(search['max']),
    attention: search['attention'] ? true : undefined,
    sort: search['sort'] === 'newest' ? undefined : oneOf(orderSorts, search['sort']),
    view: text(search['view']),
  });
};

const toMinor = (amount: string | undefined, currency: string): number | undefined => {
  const value = Number(amount?.replace(',', '.'));
  return amount && value >= 0 && amountProblem(value, currency) === null ? toCents(value, currency) : undefined;
};
const day = (date: string | undefined, plus = 0): string | undefined => {
  const at = date ? new Date(`${date}T00:00:00`) : null;
  if (!at || Number.isNaN(at.getTime())) return undefined;
  at.setDate(at.getDate() + plus);
  return at.toISOString();
};

/** The filters of the API for a URL search. `currency` is the currency of the shop. */
export const toFilters = ({ q, status, paymentStatus, sku, from, to, min, max, attention }: OrderSearch, currency: string): OrderFilters =>
  definedFields({
    q,
    status,
    paymentStatus,
    sku,
    placedFrom: day(from),
    placedTo: day(to, 1),
    minTotalCents: toMinor(min, currency),
    maxTotalCents: toMinor(max, currency),
    needsAttention: attention,
  });
