/** Reads of orders: one statement for a page, one for a whole order. */
import type { Order, OrderEdit, OrderReturn, OrderSort, ShopContract, Totals } from '@cartwright/contracts';
import { sql, type RawBuilder } from 'kysely';
import type { z } from 'zod';
import {
  type Actor,
  anyOf,
  type Core,
  createFieldReader,
  createCoalescedRead,
  hasScope,
  notFound,
  offsetOf,
  perCore,
  type Reader,
  requireUser,
  toPage,
} from '../kernel/index.ts';
import { creditReturnedColumn, orderCreditsColumn, type OrderCreditRow } from '../store-credit/index.ts';
import { readAddress, summaryOf, toOrderSummary, toTimeline, type LogRow, type OrderSummaryRow } from './order.dto.ts';
import { attentionColumn, latestPaymentStatus, orderFilter } from './order.filters.ts';
import { readEditReason } from './order.edits.ts';
import { assertMaySee } from './order.policy.ts';

type C = ShopContract['orders'];

export const orderSummaryColumns = sql`o.id, o.order_number as "orderNumber", o.status, o.cancellation_reason as "cancellationReason", o.user_id as "userId",
  o.email_sealed as "emailSealed", o.shipping_address_sealed as "shippingAddressSealed", o.item_count as "itemCount", o.shipped_count as "shippedCount", o.returned_count as "returnedCount", o.currency, o.total_cents as "totalCents",
  o.store_credit_cents as "storeCreditCents", ${creditReturnedColumn}, o.placed_at as "placedAt", ${latestPaymentStatus} as "paymentStatus", ${attentionColumn}`;

const orderings: Record<OrderSort, RawBuilder<unknown>> = {
  newest: sql`o.placed_at desc, o.id desc`,
  oldest: sql`o.placed_at, o.id`,
  total_high: sql`o.total_cents desc, o.id desc`,
  total_low: sql`o.total_cents, o.id`,
};

/** Nobody pages further; an exact count would read the whole table for each page. */
const countedOrders = 10_000;

/**
 * A page of orders: all for staff, their own for customers. Two statements for any page and filters. Matches are
 * counted up to 10,000; `totalIsExact` is false when there are more.
 */
export const listOrders = async (core: Core, actor: Actor, input: z.output<C['list']['input']>): Promise<z.output<C['list']['output']>> => {
  const where = orderFilter(core, hasScope(actor, 'orders:read') ? null : requireUser(actor).userId, input);
  const ordering = orderings[input.sort];
  // The page is chosen by id first: payments and attention are computed for its rows only, not for all rows that a deep page skips.
  const { rows } = await sql<OrderSummaryRow>`
    select ${orderSummaryColumns} from (select o.id from orders o where ${where} order by ${ordering} limit ${input.pageSize} offset ${offsetOf(input)}) page
      join orders o on o.id = page.id order by ${ordering}`.execute(core.db);
  const count = await sql<{ n: number }>`
    select count(*)::int as n from (select 1 from orders o where ${where} limit ${countedOrders + 1}) counted`.execute(core.db);
  const matches = count.rows[0]?.n ?? 0;
  const items = rows.map((row) => toOrderSummary(core.sealer, row));
  return { ...toPage(input, items, Math.min(matches, countedOrders)), totalIsExact: matches <= countedOrders };
};

/** A page of one account's orders, for its owner and for staff. Throws `NOT_FOUND` to everybody else. */
export const listOrdersOfUser = async (
  core: Core,
  actor: Actor,
  input: z.output<C['listForUser']['input']>,
): Promise<z.output<C['listForUser']['output']>> => {
  if (!hasScope(actor, 'orders:read') && requireUser(actor).userId !== input.userId) throw notFound('This user');
  return listOrders(core, actor, { ...input, sort: 'newest' });
};

interface OrderDetailRow extends OrderSummaryRow, Omit<Totals, 'totalCents'> {
  readonly guestTokenHash: string | null;
  readonly notesSealed: string | null;
  readonly promoCode: string | null;
  readonly expiresAt: Date | null;
  readonly updatedAt: Date;
  readonly items: Order['items'];
  readonly shipments: Order['shipments'];
  readonly returns: readonly (Omit<OrderReturn, 'reason'> & { readonly reasonSealed: string })[];
  readonly log: readonly (Omit<LogRow, 'text'> & { readonly textSealed: string })[];
  readonly edits: readonly (Omit<OrderEdit, 'reason'> & { readonly reasonSealed: string | null })[];
  readonly differenceInvoices: Order['differenceInvoices'];
  readonly payments: Order['payments'] | null;
  readonly credits: readonly OrderCreditRow[];
  readonly invoice: { id: string; number: string; issuedAt: string } | null;
  readonly changes: Parameters<typeof toTimeline>[1];
}

const instantJson = (column: string) => sql.raw(`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`);

const returnsColumn = sql`coalesce((select json_agg(json_build_object('id', b.id, 'status', b.status, 'reasonSealed', b.reason_sealed, 'decisionNote', b.decision_note,
    'requestedBy', split_part(b.requested_by, ':', 1), 'refundCents', b.refund_cents, 'createdAt', ${instantJson('b.created_at')}, 'decidedAt', ${instantJson('b.decided_at')},
    'receivedAt', ${instantJson('b.received_at')}, 'dueAt', ${instantJson('b.due_at')}, 'writtenOffAt', ${instantJson('b.written_off_at')},
    'refundStatus', (select r.status from order_return_refunds x join refunds r on r.id = x.refund_id where x.return_id = b.id order by r.status = 'processed', r.created_at limit 1),
    'items', (select json_agg(json_build_object('orderItemId', l.order_item_id, 'quantity', l.quantity, 'receivedQuantity', l.received_quantity,
        'restockedQuantity', l.restocked_quantity, 'refundCents', l.refund_cents) order by li.position)
      from order_return_lines l join order_items li on li.id = l.order_item_id where l.return_id = b.id)) order by b.created_at, b.id)
  from order_returns b where b.order_id = o.id), '[]') as returns`;

const editsColumn = sql`coalesce((select json_agg(json_build_object('id', e.id, 'status', e.status, 'differenceCents', e.difference_cents, 'totalCents', (e.plan -> 'totals' ->> 'totalCents')::bigint,
    'lines', (select coalesce(json_agg(json_build_object('variantId', l -> 'variantId', 'sku', l -> 'sku', 'productName', l -> 'productName', 'variantTitle', l -> 'variantTitle',
        'quantityBefore', l -> 'quantityBefore', 'quantity', l -> 'quantity')), '[]') from jsonb_array_elements(e.plan -> 'lines') l where l -> 'quantity' <> l -> 'quantityBefore'),
    'changesAddress', e.shipping_address_sealed is not null, 'reasonSealed', e.reason_sealed, 'createdAt', ${instantJson('e.created_at')}, 'expiresAt', ${instantJson('e.expires_at')},
    'decidedAt', ${instantJson('e.decided_at')}) order by e.created_at, e.id) from order_edits e where e.order_id = o.id), '[]') as edits`;

const differenceInvoicesColumn = sql`coalesce((select json_agg(json_build_object('id', v.id, 'number', v.number, 'totalCents', v.total_cents, 'issuedAt', ${instantJson('v.issued_at')}) order by v.issued_at, v.number)
  from invoices v where v.order_id = o.id and v.order_edit_id is not null), '[]') as "differenceInvoices"`;

const detailRows = async ({ db }: Pick<Reader, 'db'>, orderIds: readonly string[]): Promise<OrderDetailRow[]> => {
  const { rows } = await sql<OrderDetailRow>`
    select ${orderSummaryColumns}, o.guest_token_hash as "guestTokenHash", o.notes_sealed as "notesSealed", o.promo_code as "promoCode", o.expires_at as "expiresAt", o.updated_at as "updatedAt",
      o.subtotal_cents as "subtotalCents", o.discount_cents as "discountCents", o.shipping_cents as "shippingCents", o.tax_cents as "taxCents", o.tax_included as "taxIncluded",
      (select json_agg(json_build_object('id', i.id, 'productId', i.product_id, 'variantId', i.variant_id, 'sku', i.sku, 'productName', i.product_name, 'variantTitle', i.variant_title,
         'quantity', i.quantity, 'shippedQuantity', i.shipped_quantity, 'claimedQuantity', i.claimed_quantity, 'returnedQuantity', i.returned_quantity, 'unitPriceCents', i.unit_price_cents, 'lineTotalCents', i.line_total_cents, 'discountCents', i.discount_cents, 'taxCents', i.tax_cents) order by i.position)
       from order_items i where i.order_id = o.id and i.quantity > 0) as items,
      coalesce((select json_agg(json_build_object('id', s.id, 'carrier', s.carrier, 'trackingNumber', s.tracking_number, 'trackingUrl', s.tracking_url, 'shippedAt', ${instantJson('s.shipped_at')}, 'deliveredAt', ${instantJson('s.delivered_at')},
         'items', (select json_agg(json_build_object('orderItemId', l.order_item_id, 'quantity', l.quantity) order by li.position) from shipment_lines l join order_items li on li.id = l.order_item_id
            where l.shipment_id = s.id)) order by s.shipped_at, s.id)
       from shipments s where s.order_id = o.id), '[]') as shipments,
      ${orderCreditsColumn},
      ${returnsColumn}, ${editsColumn}, ${differenceInvoicesColumn},
      coalesce((select json_agg(json_build_object('id', g.id, 'kind', g.kind, 'actor', g.actor, 'textSealed', g.text_sealed, 'customerVisible', g.customer_visible, 'createdAt', ${instantJson('g.created_at')})
         order by g.created_at, g.id) from order_log g where g.order_id = o.id), '[]') as log,
      coalesce((select json_agg(json_build_object('id', p.id, 'purpose', case when p.order_edit_id is null then 'order' else 'difference' end, 'provider', p.provider, 'status', p.status, 'amountCents', p.amount_cents, 'refundedCents', p.refunded_cents,
         'failureMessage', p.failure_message, 'needsAction', p.gateway_phase = 'action', 'supersededAt', ${instantJson('p.superseded_at')}, 'createdAt', ${instantJson('p.created_at')}, 'capturedAt', ${instantJson('p.captured_at')},
         'refunds', coalesce((select json_agg(json_build_object('id', r.id, 'amountCents', r.amount_cents, 'status', r.status, 'origin', r.origin, 'reason', r.reason, 'createdAt', ${instantJson('r.created_at')}) order by r.created_at, r.id)
            from refunds r where r.payment_id = p.id), '[]'),
         'disputes', coalesce((select json_agg(json_build_object('id', d.id, 'amountCents', d.amount_cents, 'currency', d.currency, 'status', d.status, 'reason', d.reason,
             'createdAt', ${instantJson('d.created_at')}, 'closedAt', ${instantJson('d.closed_at')}) order by d.created_at, d.id)
            from disputes d where d.payment_id = p.id), '[]')) order by p.created_at desc)
       from payments p where p.order_id = o.id), '[]') as payments,
      (select json_build_object('id', v.id, 'number', v.number, 'issuedAt', ${instantJson('v.issued_at')}) from invoices v where v.order_id = o.id and v.order_edit_id is null) as invoice,
      (select json_agg(json_build_object('toStatus', c.to_status, 'actor', c.actor, 'note', c.note, 'createdAt', ${instantJson('c.created_at')}) order by c.position)
       from order_status_changes c where c.order_id = o.id) as changes
    from orders o where o.id = ${anyOf(orderIds)}`.execute(db);
  return rows;
};

const detailRow = async (reader: Pick<Reader, 'db'>, orderId: string): Promise<OrderDetailRow> => {
  const [row] = await detailRows(reader, [orderId]);
  if (!row) throw notFound('This order');
  return row;
};

/** Starting the statement takes longer than reading an order: orders requested while one runs are read by the next. */
const coalescedReads = perCore((core) =>
  createCoalescedRead<string, OrderDetailRow>(core, {
    maxBatch: 20,
    maxWaiting: 20_000,
    maxWaitMs: 30_000,
    concurrency: 1,
    read: async (_key, orderIds) => {
      const rows = new Map<string, OrderDetailRow>((await detailRows(core, [...new Set(orderIds)])).map((row) => [row.id, row]));
      return orderIds.map((id) => rows.get(id) ?? notFound('This order'));
    },
  }),
);

/** Hides from the buyer what staff wrote for staff: notes, and the text beside a status change by staff. */
const forViewer = (row: OrderDetailRow, staff: boolean): OrderDetailRow =>
  staff
    ? row
    : {
        ...row,
        log: row.log.filter((entry) => entry.customerVisible),
        changes: row.changes.map((change) => (change.actor.startsWith('staff') ? { ...change, note: null } : change)),
      };

const toOrder = (reader: Pick<Reader, 'sealer'>, whole: OrderDetailRow, viewer: Actor | null): Order => {
  const row = forViewer(whole, viewer !== null && hasScope(viewer, 'orders:read'));
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
  const payments = row.payments ?? [];
  const invoice = row.invoice ? { id: row.invoice.id as NonNullable<Order['invoice']>['id'], number: row.invoice.number } : null;
  return {
    ...summary,
    unreadable: [...new Set(fields.unreadable)],
    items: row.items,
    totals: {
      subtotalCents: row.subtotalCents,
      discountCents: row.discountCents,
      shippingCents: row.shippingCents,
      taxCents: row.taxCents,
      totalCents: row.totalCents,
      taxIncluded: row.taxIncluded,
    },
    shippingAddress: address,
    notes,
    staffNotes: log.flatMap(({ kind, actor, ...note }) => (kind === 'note' ? [{ ...note, author: actor.split(':')[0] ?? actor }] : [])),
    promoCode: row.promoCode,
    shipments: row.shipments,
    returns,
    edits,
    payments,
    storeCreditCents: row.storeCreditCents,
    credits: row.credits.map(({ back: _, ...credit }) => credit),
    invoice,
    differenceInvoices: row.differenceInvoices,
    timeline: toTimeline(
      {
        edits,
        differenceInvoices: row.differenceInvoices,
        payments,
        shipments: row.shipments,
        returns,
        invoice,
        cancellationReason: row.cancellationReason,
        invoiceIssuedAt: row.invoice?.issuedAt ?? null,
      },
      row.changes,
      log,
      row.credits,
    ),
    expiresAt: row.expiresAt?.toISOString() ?? null,
    updatedAt: row.updatedAt.toISOString(),
  };
};

/**
 * Reads an order without an access check, for use-cases that have checked it already. Without a viewer it is shown as
 * its buyer sees it.
 */
export const readOrder = async (reader: Pick<Reader, 'db' | 'sealer'>, orderId: string, viewer: Actor | null = null): Promise<Order> =>
  toOrder(reader, await detailRow(reader, orderId), viewer);

/** `readOrder` as its buyer sees it; concurrent calls share one statement (a coalesced read). Not inside a transaction. */
export const readOrderCoalesced = async (core: Core, orderId: string): Promise<Order> =>
  toOrder(core, await coalescedReads(core).read('orders', orderId), null);

/** A whole order for its buyer or for staff. Throws `NOT_FOUND` to everybody else. */
export const getOrder = async (core: Core, actor: Actor, input: z.output<C['get']['input']>): Promise<Order> => {
  const row = await detailRow(core, input.orderId);
  assertMaySee(row, actor);
  return toOrder(core, row, actor);
};
