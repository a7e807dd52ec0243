import { toDecimal, type OrderFilters, type OrderSummary } from '@cartwright/contracts';
import { stringify } from 'csv-stringify/sync';
import { disarmFormulas, requireScope, type Actor, type Core } from '../kernel/index.ts';
import { orderFilter, readOrderExport, type OrderExportRow } from '../read-models/order-list.ts';
import { toOrderSummary } from './order.dto.ts';

const batch = 500;

/** The content of a cell whose value cannot be read. */
const unreadableCell = 'UNREADABLE';

interface Cells {
  readonly row: OrderExportRow;
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
  ['skus', ({ row }) => row.skus ?? ''],
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
  let after: Parameters<typeof readOrderExport>[2] = null;
  for (;;) {
    const rows: OrderExportRow[] = await readOrderExport(core, where, after, batch);
    if (rows.length > 0) yield stringify(rows.map((row) => toCells(core, row).map((cell) => disarmFormulas(String(cell)))));
    const last = rows.at(-1);
    if (!last || rows.length < batch) return;
    after = { at: last.placedAtExact, id: last.id };
  }
};

const toCells = (core: Core, row: OrderExportRow): (string | number)[] => {
  const order = toOrderSummary(core.sealer, row);
  const amount = (minor: number) => toDecimal(minor, order.currency);
  return columns.map(([, cell]) => cell({ row, order, amount }));
};
