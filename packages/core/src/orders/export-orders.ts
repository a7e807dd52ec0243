import { toDecimal, type OrderFilters, type OrderId, type OrderSummary, type PaymentStatus } from '@cartwright/contracts';
import { stringify } from 'csv-stringify/sync';
import { sql, type RawBuilder } from 'kysely';
import { disarmFormulas, requireScope, type Actor, type Core } from '../kernel/index.ts';
import { toOrderSummary, type OrderSummaryRow } from './order.dto.ts';
import { orderFilter } from './order.filters.ts';
import { orderSummaryColumns } from './order.queries.ts';

const batch = 500;

interface ExportRow extends OrderSummaryRow {
  /** The instant to the microsecond, which a `Date` would lose. */
  readonly placedAtExact: string;
  readonly subtotalCents: number;
  readonly discountCents: number;
  readonly shippingCents: number;
  readonly taxCents: number;
  readonly promoCode: string | null;
  readonly invoiceNumber: string | null;
  readonly skus: string;
  readonly paymentStatus: PaymentStatus | null;
}

/** The content of a cell whose value cannot be read. */
const unreadableCell = 'UNREADABLE';

interface Cells {
  readonly row: ExportRow;
  readonly order: OrderSummary;
  /** Minor units as a decimal of the order's currency. */
  amount(minor: number): string;
}
/** The columns in their order: name and value. */
const columns: readonly (readonly [name: string, cell: (cells: Cells) => string | number])[] = [
  ['order_number', ({ order }) => order.orderNumber],
  ['placed_at', ({ order }) => order.placedAt],
  ['status', ({ order }) => order.status],
  ['label', ({ order }) => order.label],
  ['payment_status', ({ order }) => order.paymentStatus ?? ''],
  ['customer', ({ order }) => order.customer.name ?? unreadableCell],
  ['email', ({ order }) => order.customer.email ?? unreadableCell],
  ['units', ({ order }) => order.itemCount],
  ['shipped_units', ({ order }) => order.shippedCount],
  ['skus', ({ row }) => row.skus],
  ['currency', ({ order }) => order.currency],
  ['subtotal', ({ row, amount }) => amount(row.subtotalCents)],
  ['discount', ({ row, amount }) => amount(row.discountCents)],
  ['shipping', ({ row, amount }) => amount(row.shippingCents)],
  ['tax', ({ row, amount }) => amount(row.taxCents)],
  ['total', ({ row, amount }) => amount(row.totalCents)],
  ['promo_code', ({ row }) => row.promoCode ?? ''],
  ['invoice', ({ row }) => row.invoiceNumber ?? ''],
];

/**
 * Orders as CSV text (RFC 4180), newest first, piece by piece: one statement for every 500 orders and never
 * more of them in memory. Amounts are decimals of the order's currency. Cells that a spreadsheet would read
 * as a formula are escaped, because anybody can enter names and e-mail addresses.
 */
export const exportOrders = async function* (core: Core, actor: Actor, filters: OrderFilters): AsyncGenerator<string, void, undefined> {
  requireScope(actor, 'orders:read');
  yield stringify([columns.map(([name]) => name)]);
  const where = orderFilter(core, null, filters);
  let after: Place | null = null;
  for (;;) {
    const rows = await readBatch(core, where, after);
    if (rows.length > 0) yield stringify(rows.map((row) => toCells(core, row).map((cell) => disarmFormulas(String(cell)))));
    const last = rows.at(-1);
    if (!last || rows.length < batch) return;
    after = { at: last.placedAtExact, id: last.id };
  }
};

/** Where the previous batch ended. */
interface Place {
  readonly at: string;
  readonly id: OrderId;
}

const readBatch = async (core: Core, where: RawBuilder<unknown>, after: Place | null): Promise<ExportRow[]> => {
  const rest = after ? sql`and (o.placed_at, o.id) < (${after.at}::timestamptz, ${after.id}::uuid)` : sql``;
  const { rows } = await sql<ExportRow>`
    select ${orderSummaryColumns}, o.placed_at::text as "placedAtExact", o.subtotal_cents as "subtotalCents", o.discount_cents as "discountCents", o.shipping_cents as "shippingCents",
      o.tax_cents as "taxCents", o.promo_code as "promoCode", (select min(v.number) from invoices v where v.order_id = o.id) as "invoiceNumber",
      (select string_agg(i.quantity || ' x ' || i.sku, '; ' order by i.position) from order_items i where i.order_id = o.id and i.quantity > 0) as skus
    from orders o where ${where} ${rest} order by o.placed_at desc, o.id desc limit ${batch}`.execute(core.db);
  return rows;
};

const toCells = (core: Core, row: ExportRow): (string | number)[] => {
  const order = toOrderSummary(core.sealer, row);
  const amount = (minor: number) => toDecimal(minor, order.currency);
  return columns.map(([, cell]) => cell({ row, order, amount }));
};
