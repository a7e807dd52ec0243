/** A whole order, as its page, its mails and the answer of a checkout show it. */
import type { Currency, Order, OrderEdit, OrderId, OrderLogKind, OrderReturn, OrderStatus, Totals, UserId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { anyId, instantTextOf as at, type Reader } from '../kernel/index.ts';
import { backorderedUnits } from './backorders.ts';
import { orderCredits, type OrderCreditRow } from './order-credits.ts';
import { selectOrderSummaries, type OrderSummaryRow } from './order-summary.ts';
import { returnRefundStatus } from './return-refund-status.ts';

/** An entry of the log of an order. */
export interface OrderLogRow {
  readonly id: string;
  readonly kind: OrderLogKind;
  readonly actor: string;
  readonly textSealed: string;
  readonly customerVisible: boolean;
  readonly createdAt: string;
}

/** A change of the status of an order. */
export interface StatusChangeRow {
  readonly toStatus: OrderStatus;
  readonly actor: string;
  readonly note: string | null;
  readonly createdAt: string;
}

/** A payment of an order. The code is the reason of the issuer, which only staff may read. */
type OrderPagePayment = Order['payments'][number] & { readonly failureCode: string | null };

/** A whole order. */
export interface OrderPageRow extends OrderSummaryRow, Omit<Totals, 'totalCents'> {
  readonly guestTokenHash: string | null;
  readonly notesSealed: string | null;
  readonly promoCode: string | null;
  readonly expiresAt: Date | null;
  readonly updatedAt: Date;
  readonly taxes: Order['taxes'];
  readonly items: Order['items'];
  readonly shipments: Order['shipments'];
  readonly returns: readonly (Omit<OrderReturn, 'reason'> & { readonly reasonSealed: string })[];
  readonly log: readonly OrderLogRow[];
  readonly edits: readonly (Omit<OrderEdit, 'reason'> & { readonly reasonSealed: string | null })[];
  readonly differenceInvoices: Order['differenceInvoices'];
  readonly payments: readonly OrderPagePayment[];
  readonly credits: readonly OrderCreditRow[];
  readonly invoice: (NonNullable<Order['invoice']> & { readonly issuedAt: string }) | null;
  readonly changes: readonly StatusChangeRow[];
}

const items = sql<OrderPageRow['items']>`(
  select json_agg(json_build_object('id', i.id, 'productId', i.product_id, 'variantId', i.variant_id, 'sku', i.sku,
    'productName', i.product_name, 'variantTitle', i.variant_title, 'quantity', i.quantity, 'shippedQuantity', i.shipped_quantity,
    'backorderedQuantity', ${backorderedUnits}, 'claimedQuantity', i.claimed_quantity, 'returnedQuantity', i.returned_quantity,
    'unitPriceCents', i.unit_price_cents, 'lineTotalCents', i.line_total_cents, 'discountCents', i.discount_cents,
    'taxCents', i.tax_cents, 'taxRatePpm', i.tax_rate_ppm) order by i.position)
  from order_items i where i.order_id = o.id and i.quantity > 0)`;

const shipments = sql<OrderPageRow['shipments']>`coalesce((
  select json_agg(json_build_object('id', s.id, 'carrier', s.carrier, 'trackingNumber', s.tracking_number,
    'trackingUrl', s.tracking_url, 'shippedAt', ${at('s.shipped_at')}, 'deliveredAt', ${at('s.delivered_at')},
    'items', (
      select json_agg(json_build_object('orderItemId', l.order_item_id, 'quantity', l.quantity) order by li.position)
      from shipment_lines l join order_items li on li.id = l.order_item_id where l.shipment_id = s.id)) order by s.shipped_at, s.id)
  from shipments s where s.order_id = o.id), '[]')`;

const returns = sql<OrderPageRow['returns']>`coalesce((
  select json_agg(json_build_object('id', b.id, 'status', b.status, 'reasonSealed', b.reason_sealed, 'decisionNote', b.decision_note,
    'requestedBy', split_part(b.requested_by, ':', 1), 'refundCents', b.refund_cents, 'createdAt', ${at('b.created_at')},
    'decidedAt', ${at('b.decided_at')}, 'receivedAt', ${at('b.received_at')}, 'dueAt', ${at('b.due_at')},
    'writtenOffAt', ${at('b.written_off_at')}, 'refundStatus', ${returnRefundStatus},
    'items', (
      select json_agg(json_build_object('orderItemId', l.order_item_id, 'quantity', l.quantity, 'receivedQuantity', l.received_quantity,
        'restockedQuantity', l.restocked_quantity, 'refundCents', l.refund_cents) order by li.position)
      from order_return_lines l join order_items li on li.id = l.order_item_id where l.return_id = b.id)) order by b.created_at, b.id)
  from order_returns b where b.order_id = o.id), '[]')`;

const edits = sql<OrderPageRow['edits']>`coalesce((
  select json_agg(json_build_object('id', e.id, 'status', e.status, 'differenceCents', e.difference_cents,
    'totalCents', (e.plan -> 'totals' ->> 'totalCents')::bigint,
    'lines', (
      select coalesce(json_agg(json_build_object('variantId', l -> 'variantId', 'sku', l -> 'sku', 'productName', l -> 'productName',
        'variantTitle', l -> 'variantTitle', 'quantityBefore', l -> 'quantityBefore', 'quantity', l -> 'quantity')), '[]')
      from jsonb_array_elements(e.plan -> 'lines') l where l -> 'quantity' <> l -> 'quantityBefore'),
    'changesAddress', e.shipping_address_sealed is not null, 'reasonSealed', e.reason_sealed, 'createdAt', ${at('e.created_at')},
    'expiresAt', ${at('e.expires_at')}, 'decidedAt', ${at('e.decided_at')}) order by e.created_at, e.id)
  from order_edits e where e.order_id = o.id), '[]')`;

const differenceInvoices = sql<OrderPageRow['differenceInvoices']>`coalesce((
  select json_agg(json_build_object('id', v.id, 'number', v.number, 'totalCents', v.total_cents, 'issuedAt', ${at('v.issued_at')})
    order by v.issued_at, v.number)
  from invoices v where v.order_id = o.id and v.order_edit_id is not null), '[]')`;

const log = sql<OrderPageRow['log']>`coalesce((
  select json_agg(json_build_object('id', g.id, 'kind', g.kind, 'actor', g.actor, 'textSealed', g.text_sealed,
    'customerVisible', g.customer_visible, 'createdAt', ${at('g.created_at')}) order by g.created_at, g.id)
  from order_log g where g.order_id = o.id), '[]')`;

const payments = sql<OrderPageRow['payments']>`coalesce((
  select json_agg(json_build_object('id', p.id, 'purpose', case when p.order_edit_id is null then 'order' else 'difference' end,
    'provider', p.provider, 'status', p.status, 'amountCents', p.amount_cents, 'refundedCents', p.refunded_cents,
    'failureMessage', p.failure_message, 'failureCode', p.failure_code, 'needsAction', p.gateway_phase = 'action',
    'supersededAt', ${at('p.superseded_at')}, 'createdAt', ${at('p.created_at')}, 'capturedAt', ${at('p.captured_at')},
    'refunds', coalesce((
      select json_agg(json_build_object('id', r.id, 'amountCents', r.amount_cents, 'status', r.status, 'origin', r.origin,
        'reason', r.reason, 'createdAt', ${at('r.created_at')}) order by r.created_at, r.id)
      from refunds r where r.payment_id = p.id), '[]'),
    'disputes', coalesce((
      select json_agg(json_build_object('id', d.id, 'amountCents', d.amount_cents, 'currency', d.currency, 'status', d.status,
        'reason', d.reason, 'createdAt', ${at('d.created_at')}, 'closedAt', ${at('d.closed_at')}) order by d.created_at, d.id)
      from disputes d where d.payment_id = p.id), '[]')) order by p.created_at desc)
  from payments p where p.order_id = o.id), '[]')`;

const invoice = sql<OrderPageRow['invoice']>`(
  select json_build_object('id', v.id, 'number', v.number, 'issuedAt', ${at('v.issued_at')})
  from invoices v where v.order_id = o.id and v.order_edit_id is null)`;

const changes = sql<OrderPageRow['changes']>`(
  select json_agg(json_build_object('toStatus', c.to_status, 'actor', c.actor, 'note', c.note, 'createdAt', ${at('c.created_at')})
    order by c.position)
  from order_status_changes c where c.order_id = o.id)`;

/** Reads whole orders in one statement, in any order; orders that do not exist are left out. */
export const readOrderPages = (reader: Pick<Reader, 'db'>, orderIds: readonly string[]): Promise<OrderPageRow[]> =>
  selectOrderSummaries(reader)
    .select([
      'o.guestTokenHash',
      'o.notesSealed',
      'o.promoCode',
      'o.expiresAt',
      'o.updatedAt',
      'o.subtotalCents',
      'o.discountCents',
      'o.shippingCents',
      'o.taxCents',
      'o.taxIncluded',
      'o.taxes',
      items.as('items'),
      shipments.as('shipments'),
      orderCredits.as('credits'),
      returns.as('returns'),
      edits.as('edits'),
      differenceInvoices.as('differenceInvoices'),
      log.as('log'),
      payments.as('payments'),
      invoice.as('invoice'),
      changes.as('changes'),
    ])
    .$narrowType<{ id: OrderId; userId: UserId | null; currency: Currency }>()
    .where('o.id', '=', anyId(orderIds, 'kept'))
    .execute();
