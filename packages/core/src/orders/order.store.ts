/** Writes new orders with their lines, and the statuses of orders with their history. `order-change.store.ts` makes every other change. */
import type {
  Currency,
  Address,
  CartId,
  OrderId,
  OrderItemId,
  ProductId,
  TaxAmount,
  TaxRounding,
  Totals,
  UserId,
  VariantId,
} from '@cartwright/contracts';
import { sql } from 'kysely';
import { actorName, columnNames, columnsAs, rowsAs, type Actor, type Tx } from '../kernel/index.ts';
import type { LineTotals } from '../pricing/index.ts';
import { nextOrderNumbers } from './order-number.ts';
import type { OrderRow } from './order.row.ts';
import { assertTransition, type StatusStep } from './order.state.ts';

/** A line of a new order: a copy of what was sold, at its price. */
export interface NewOrderLine extends Pick<LineTotals, 'lineTotalCents' | 'discountCents' | 'taxCents' | 'taxRatePpm'> {
  readonly productId: ProductId;
  readonly variantId: VariantId;
  readonly productName: string;
  readonly variantTitle: string;
  readonly sku: string;
  readonly quantity: number;
  readonly unitPriceCents: number;
  /** Whether its units are counted: then the order holds them. */
  readonly tracked: boolean;
}
/** An order to place, with its lines. */
export interface NewOrder {
  readonly id: OrderId;
  readonly cartId: CartId | null;
  readonly userId: UserId | null;
  readonly guestTokenHash: string | null;
  readonly email: string;
  readonly shippingAddress: Address;
  readonly currency: Currency;
  readonly totals: Totals;
  readonly taxes: readonly TaxAmount[];
  readonly taxRounding: TaxRounding;
  /** Name of the shipping method; null for goods that need no shipping. */
  readonly shippingMethod?: string | null;
  /** The part of the tax that is on shipping. */
  readonly shippingTaxCents?: number;
  /** The part of the total that gift cards and store credit pay. */
  readonly storeCreditCents?: number;
  readonly promoCode: string | null;
  readonly notes: string | null;
  /** Actor, endpoint and key of the request: unique, so that one key can never make two orders. */
  readonly checkoutKey: string;
  /** Salted hash of the request, to distinguish its repeat from another request with the same key. */
  readonly checkoutFingerprint?: string | null;
  readonly placedBy: Actor;
  /** How long the order may stay unpaid. */
  readonly paymentWindowMinutes: number;
  /** How long it can be paid another way after its first declined payment, within the payment window. */
  readonly paymentRetryMinutes: number;
  readonly lines: readonly NewOrderLine[];
  /** Sealed beforehand by a caller that writes many orders under one lock; otherwise sealed with the order. */
  readonly sealed?: SealedOrder;
}
/** The personal data of an order as stored: sealed for the id of this order only. */
export interface SealedOrder {
  readonly emailSealed: string;
  readonly emailIndex: string;
  readonly shippingAddressSealed: string;
  readonly notesSealed: string | null;
}
/** A new order as it was written. */
export interface InsertedOrder {
  readonly id: OrderId;
  readonly orderNumber: string;
  readonly placedAt: Date;
  readonly expiresAt: Date;
  /** The rows that were written. */
  readonly row: ReturnType<typeof toRow>;
  readonly lines: readonly InsertedLine[];
}
interface InsertedLine extends NewOrderLine {
  readonly id: OrderItemId;
  readonly orderId: OrderId;
  readonly position: number;
}

const newOrderColumns = {
  id: 'uuid',
  orderNumber: 'text',
  cartId: 'uuid',
  userId: 'uuid',
  guestTokenHash: 'text',
  emailSealed: 'text',
  emailIndex: 'text',
  shippingAddressSealed: 'text',
  currency: 'text',
  subtotalCents: 'bigint',
  discountCents: 'bigint',
  shippingCents: 'bigint',
  shippingTaxCents: 'bigint',
  taxCents: 'bigint',
  totalCents: 'bigint',
  storeCreditCents: 'bigint',
  taxIncluded: 'boolean',
  taxes: 'jsonb',
  taxRounding: 'text',
  itemCount: 'int',
  shippingMethod: 'text',
  promoCode: 'text',
  notesSealed: 'text',
  checkoutKey: 'text',
  checkoutFingerprint: 'text',
  paymentRetryMinutes: 'int',
} as const;
/** What is written of an order, but not in columns of its row. */
const besideOrder = { placedBy: 'text', paymentWindowMinutes: 'int' } as const;
const newLineColumns = {
  id: 'uuid',
  orderId: 'uuid',
  productId: 'uuid',
  variantId: 'uuid',
  productName: 'text',
  variantTitle: 'text',
  sku: 'text',
  quantity: 'int',
  unitPriceCents: 'bigint',
  lineTotalCents: 'bigint',
  discountCents: 'bigint',
  taxCents: 'bigint',
  taxRatePpm: 'int',
  tracked: 'boolean',
  position: 'int',
} as const;

/**
 * Tx step: writes pending orders with their lines and the first entry of their history, and announces each, in two
 * statements for any number. The caller handles units, promo codes and carts.
 */
export const insertOrders = async (tx: Tx, orders: readonly NewOrder[]): Promise<InsertedOrder[]> => {
  const numbers = await nextOrderNumbers(tx, orders.length);
  const rows = orders.map((order, i) => toRow(tx, order, numbers[i] ?? ''));
  const linesOf = orders.map((order) =>
    order.lines.map((line, i): InsertedLine => ({ ...line, id: tx.ids.next<OrderItemId>(), orderId: order.id, position: i + 1 })),
  );
  const inserted = await sql<{ id: OrderId; placedAt: Date; expiresAt: Date }>`
    with wanted as (select * from ${rowsAs('o', rows, { ...newOrderColumns, ...besideOrder })}),
    placed as (
      insert into orders (${columnNames(newOrderColumns)}, expires_at)
      select ${columnNames(newOrderColumns)}, now() + make_interval(mins => payment_window_minutes) from wanted
      returning id, placed_at, expires_at),
    history as (
      insert into order_status_changes (order_id, position, from_status, to_status, actor)
      select id, 1, null, 'pending', placed_by from wanted),
    lines as (
      insert into order_items (${columnNames(newLineColumns)})
      select ${columnNames(newLineColumns)} from ${rowsAs('l', linesOf.flat(), newLineColumns)})
    select ${columnsAs<'orders'>('placed', ['id', 'placedAt', 'expiresAt'])} from placed`.execute(tx.db);
  const placed = new Map(inserted.rows.map((row) => [row.id, row]));
  return orders.map(({ id, userId, totals, currency }, i) => {
    const [dates, orderNumber, row, lines] = [placed.get(id), numbers[i], rows[i], linesOf[i]];
    if (!dates || orderNumber === undefined || !row || !lines) throw new Error(`The insert of order ${id} returned no row`);
    tx.outbox.add('order.placed', id, { orderId: id, orderNumber, userId, totalCents: totals.totalCents, currency });
    return { ...dates, orderNumber, row, lines };
  });
};

/** Seals the personal data of a new order. */
export const sealOrder = (
  { sealer }: Pick<Tx, 'sealer'>,
  { id, email, shippingAddress, notes }: Pick<NewOrder, 'id' | 'email' | 'shippingAddress' | 'notes'>,
): SealedOrder => ({
  emailSealed: sealer.seal(['orders', 'email_sealed', id], email),
  emailIndex: sealer.index('email', email),
  shippingAddressSealed: sealer.seal(['orders', 'shipping_address_sealed', id], JSON.stringify(shippingAddress)),
  notesSealed: notes === null ? null : sealer.seal(['orders', 'notes_sealed', id], notes),
});

/** In the shape of the statement: personal data sealed, totals flat. */
const toRow = (tx: Tx, order: NewOrder, orderNumber: string) => {
  const { email: _, shippingAddress: _address, notes: _notes, sealed = sealOrder(tx, order), totals, lines, placedBy, ...rest } = order;
  return {
    ...rest,
    ...totals,
    ...sealed,
    shippingTaxCents: rest.shippingTaxCents ?? 0,
    storeCreditCents: rest.storeCreditCents ?? 0,
    orderNumber,
    itemCount: lines.reduce((units, line) => units + line.quantity, 0),
    placedBy: actorName(placedBy),
  };
};

/** A locked order, and who changes its status. */
export interface ChangedOrder {
  readonly order: OrderRow;
  readonly actor: Actor;
}

/** An order in its new status, and when it got it. */
export interface OrderInNewStatus extends OrderRow {
  readonly changedAt: Date;
}

/** Tx step on locked orders: writes the status and its history row in one statement, and checks the table of transitions. */
export const changeOrderStatuses = async (
  tx: Tx,
  changes: readonly ChangedOrder[],
  step: StatusStep,
  note: string | null = null,
): Promise<OrderInNewStatus[]> => {
  const orders = changes.map(({ order }) => order);
  for (const order of orders) assertTransition(order, step.to);
  const reason = step.to === 'cancelled' ? step.reason : null;
  const { rows } = await sql<{ orderId: OrderId; createdAt: Date }>`
    with changed as (
      update orders set status = ${step.to}, cancellation_reason = ${reason}, expires_at = null, updated_at = now(),
        paid_at = case when ${step.to} = 'confirmed' then now() else paid_at end
      from unnest(${orders.map((o) => o.id)}::uuid[], ${orders.map((o) => o.status)}::text[],
        ${changes.map(({ actor }) => actorName(actor))}::text[]) as was(id, status, actor)
      where orders.id = was.id and orders.status = was.status returning orders.id, was.status as before, was.actor)
    insert into order_status_changes (order_id, position, from_status, to_status, actor, note)
    select id, (select coalesce(max(position), 0) + 1 from order_status_changes c where c.order_id = changed.id), before, ${step.to},
      actor, ${note}
    from changed returning ${columnsAs<'order_status_changes'>('order_status_changes', ['orderId', 'createdAt'])}`.execute(tx.db);
  const changed = new Map(rows.map((row) => [row.orderId, row.createdAt]));
  return orders.map((order) => {
    const changedAt = changed.get(order.id);
    if (!changedAt) throw new Error(`Order ${order.id} is no longer in the status that its lock read`);
    return { ...order, status: step.to, cancellationReason: reason, updatedAt: changedAt, changedAt };
  });
};

/** `changeOrderStatuses` for one. */
export const changeOrderStatus = async (
  tx: Tx,
  order: OrderRow,
  step: StatusStep,
  actor: Actor,
  note: string | null = null,
): Promise<OrderRow> => {
  const [changed] = await changeOrderStatuses(tx, [{ order, actor }], step, note);
  return changed ?? order;
};
