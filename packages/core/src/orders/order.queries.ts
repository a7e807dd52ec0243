/** Reads of orders: one statement for a page, one for a whole order. */
import type { Order, OrderId, OrderItemId, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import {
  type Actor,
  type Core,
  createFieldReader,
  createCoalescedRead,
  hasScope,
  notFound,
  perCore,
  type Reader,
  requireUser,
  toPage,
  patientQueue,
} from '../kernel/index.ts';
import { countOrders, orderFilter, readOrderList } from '../read-models/order-list.ts';
import { readOrderPages, type OrderPageRow } from '../read-models/order-page.ts';
import { readAddress, summaryOf, totalsOf, toOrderSummary } from './order.dto.ts';
import { readEditReason } from './order.edits.ts';
import { assertMaySee } from './order.policy.ts';
import { getOrderRow } from './order.row.ts';
import { deletedBy, toTimeline, type LogRow } from './order.timeline.ts';

type C = ShopContract['orders'];

/** Nobody pages further; an exact count would read the whole table for each page. */
const countedOrders = 10_000;

/**
 * A page of orders: all for staff, their own for customers. Two statements for any page and filters. Matches are
 * counted up to 10,000; `totalIsExact` is false when there are more.
 */
export const listOrders = async (core: Core, actor: Actor, input: z.output<C['list']['input']>): Promise<z.output<C['list']['output']>> => {
  const where = orderFilter(core, hasScope(actor, 'orders:read') ? null : requireUser(actor).userId, input);
  const rows = await readOrderList(core, where, input);
  const matches = await countOrders(core, where, countedOrders + 1);
  const items = rows.map((row) => toOrderSummary(core.sealer, row));
  return { ...toPage(input, items, Math.min(matches, countedOrders)), totalIsExact: matches <= countedOrders };
};

/** A page of one account's orders, for its owner and for staff. Throws `NOT_FOUND` to everybody else. */
export const listOrdersOfUser = async (
  core: Core,
  actor: Actor,
  input: z.output<C['listForUser']['input']>,
): Promise<z.output<C['listForUser']['output']>> => {
  if (!hasScope(actor, 'orders:read') && requireUser(actor).userId !== input.userId) throw notFound('This user', input.userId);
  return listOrders(core, actor, { ...input, sort: 'newest' });
};

const getOrderPage = async (reader: Pick<Reader, 'db'>, orderId: string, actor?: Actor): Promise<OrderPageRow> => {
  const [row] = await readOrderPages(reader, [orderId]);
  if (!row) throw notFound('This order', orderId, actor);
  return row;
};

/** When the order was last changed: its version, which an edit names. Throws `NOT_FOUND`. */
export const readOrderVersion = async ({ db }: Pick<Reader, 'db'>, orderId: OrderId): Promise<Date> => {
  const row = await db.selectFrom('orders').select('updatedAt').where('id', '=', orderId).executeTakeFirst();
  if (!row) throw notFound('This order', orderId);
  return row.updatedAt;
};

interface SoldLineRow {
  readonly id: OrderItemId;
  /** Whether its units were counted when they were sold. */
  readonly tracked: boolean;
}

/** Every line of an order by variant, those that edits removed included. */
export const readSoldLines = async ({ db }: Pick<Reader, 'db'>, orderId: OrderId): Promise<Map<string, SoldLineRow>> => {
  const rows = await db
    .selectFrom('order_items')
    .select(['id', 'variantId', 'tracked'])
    .where('orderId', '=', orderId)
    .$narrowType<{ id: OrderItemId }>()
    .execute();
  return new Map(rows.map((row) => [row.variantId, row]));
};

/** Starting the statement takes longer than reading an order: orders requested while one runs are read by the next. */
const coalescedReads = perCore((core) =>
  createCoalescedRead<string, OrderPageRow>(core, {
    maxBatch: 20,
    ...patientQueue,
    read: async (_key, orderIds) => {
      const rows = new Map<string, OrderPageRow>((await readOrderPages(core, [...new Set(orderIds)])).map((row) => [row.id, row]));
      return orderIds.map((id) => rows.get(id) ?? notFound('This order', id));
    },
  }),
);

/** Hides from the buyer what staff wrote for staff: notes, and the text beside a status change by staff. */
const withoutStaffTexts = (row: OrderPageRow): OrderPageRow => ({
  ...row,
  log: row.log.filter((entry) => entry.customerVisible),
  changes: row.changes.map((change) => (change.actor.startsWith('staff') ? { ...change, note: null } : change)),
});

const withoutFailureCodes = (row: OrderPageRow): OrderPageRow => ({
  ...row,
  payments: row.payments.map((payment) => ({ ...payment, failureCode: null })),
});

/** The row with only what the viewer may see. Without a viewer, what the buyer may see. */
const visibleTo = (viewer: Actor | null, row: OrderPageRow): OrderPageRow => {
  const readable = viewer !== null && hasScope(viewer, 'payments:read') ? row : withoutFailureCodes(row);
  return viewer !== null && hasScope(viewer, 'orders:read') ? readable : withoutStaffTexts(readable);
};

/** An order whose page is already known; without a viewer as its buyer sees it. */
export const describeOrder = (reader: Pick<Reader, 'sealer'>, whole: OrderPageRow, viewer: Actor | null = null): Order => {
  const row = visibleTo(viewer, whole);
  const fields = createFieldReader(reader.sealer);
  const summary = summaryOf(fields, row);
  const address = fields.unreadable.includes('shippingAddress') ? null : readAddress(fields, row.id, row.shippingAddressSealed);
  const notes = fields.text('notes', ['orders', 'notes_sealed', row.id], row.notesSealed);
  const returns = row.returns.map(({ reasonSealed, ...back }, i) => ({
    ...back,
    reason: fields.text(`returns.${i}.reason`, ['order_returns', 'reason_sealed', back.id], reasonSealed),
  }));
  const log = row.log.map(({ textSealed, ...entry }): LogRow => ({
    ...entry,
    text: fields.text('timeline', ['order_log', 'text_sealed', entry.id], textSealed),
  }));
  const edits = row.edits.map(({ reasonSealed, ...edit }, i) => ({
    ...edit,
    reason: readEditReason(fields, `edits.${i}.reason`, edit.id, reasonSealed),
  }));
  return {
    ...summary,
    unreadable: [...new Set(fields.unreadable)],
    items: row.items,
    totals: totalsOf(row),
    taxes: row.taxes,
    shippingAddress: address,
    notes,
    staffNotes: log.flatMap(({ kind, actor, ...note }) => (kind === 'note' ? [{ ...note, author: actor.split(':')[0] ?? actor }] : [])),
    promoCode: row.promoCode,
    shipments: row.shipments,
    returns,
    edits,
    payments: row.payments.map(({ failureCode: _, ...payment }) => payment),
    storeCreditCents: row.storeCreditCents,
    credits: row.credits.map(({ back: _, ...credit }) => credit),
    invoice: row.invoice && { id: row.invoice.id, number: row.invoice.number },
    differenceInvoices: row.differenceInvoices,
    timeline: toTimeline({ ...row, edits, returns, log }, viewer !== null && hasScope(viewer, 'orders:read')),
    expiresAt: row.expiresAt?.toISOString() ?? null,
    deletedAt: row.archivedAt?.toISOString() ?? null,
    deletedBy: deletedBy(log, row.archivedAt),
    updatedAt: row.updatedAt.toISOString(),
  };
};

/**
 * Reads an order without an access check, for use-cases that have checked it already. Without a viewer it is shown as
 * its buyer sees it.
 */
export const readOrder = async (reader: Pick<Reader, 'db' | 'sealer'>, orderId: string, viewer: Actor | null = null): Promise<Order> =>
  describeOrder(reader, await getOrderPage(reader, orderId), viewer);

/** `readOrder` as its buyer sees it; concurrent calls share one statement (a coalesced read). Not inside a transaction. */
export const readOrderCoalesced = async (core: Core, orderId: string): Promise<Order> =>
  describeOrder(core, await coalescedReads(core).read('orders', orderId), null);

/** A whole order for its buyer or for staff. Throws `NOT_FOUND` to everybody else. */
export const getOrder = async (core: Core, actor: Actor, input: z.output<C['get']['input']>): Promise<Order> => {
  const row = await getOrderPage(core, input.orderId, actor);
  assertMaySee(row, actor);
  return describeOrder(core, row, actor);
};

/** Throws `NOT_FOUND` for a deleted order, except to staff. For a stored answer about an order, before it is sent again. */
export const assertNotDeleted = async (reader: Pick<Reader, 'db'>, actor: Actor, orderId: OrderId): Promise<void> => {
  const { archivedAt } = await getOrderRow(reader, orderId, actor);
  if (archivedAt !== null && !hasScope(actor, 'orders:read')) throw notFound('This order', null, actor);
};
