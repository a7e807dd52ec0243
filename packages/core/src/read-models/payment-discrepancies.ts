/** Payment discrepancies: what the shop and its providers say differently, and charges and refunds without a decision. */
import type { Currency, OrderId, PaymentDiscrepancy } from '@cartwright/contracts';
import type { Database } from '@cartwright/db';
import { expressionBuilder, sql, type Expression } from 'kysely';
import { literals, minutesFromNow, now, type Reader } from '../kernel/index.ts';

/** What happened to a charge or a refund, where the kind of the discrepancy leaves it open. */
export type DiscrepancySituation =
  | 'no_decision'
  | 'unusable_answer'
  | 'order_cancelled'
  | 'paid_another_way'
  | 'return_unconfirmed'
  | 'refunded_wrongly'
  | 'charged_twice'
  | 'charged_wrongly';

/** A payment discrepancy as it is stored: what happened as a code, and the text that the provider or staff wrote about it. */
export interface DiscrepancyRow extends Omit<PaymentDiscrepancy, 'since' | 'actions' | 'detail'> {
  readonly situation: DiscrepancySituation | null;
  readonly words: string | null;
  readonly since: Date;
}
/** The bounds of a list of discrepancies. */
export interface DiscrepancyLimits {
  /** How long a charge, a refund or an event may stay undecided. */
  readonly undecidedMinutes: number;
  /** How many rows are read. */
  readonly most: number;
}
/** Which discrepancies are listed. */
export interface DiscrepancyFilter {
  readonly orderId?: OrderId | undefined;
  readonly kind?: PaymentDiscrepancy['kind'];
  readonly id?: string;
}

type Db = Pick<Reader, 'db'>;

const eb = expressionBuilder<Database>();
/** The columns about the provider of discrepancies in which only the shop names an amount. */
const noStatement = [
  eb.cast<number | null>(eb.lit(null), 'bigint').as('providerAmountCents'),
  eb.cast<Currency | null>(eb.lit(null), 'text').as('providerCurrency'),
] as const;

const noSituation = eb.cast<string | null>(eb.lit(null), 'text').as('situation');
const noWords = eb.cast<string | null>(eb.lit(null), 'text').as('words');

/** The position of an event among those about the same unknown charge. */
const nthOfCharge = sql<number>`row_number() over (
  partition by outcome = 'orphaned', provider, coalesce(gateway_reference, event_id) order by received_at, event_id)`;

/** Events about unknown charges, one for each charge, events that do not match a payment, and events that fail. */
const events = ({ db }: Db, late: Expression<Date>) =>
  db
    .selectFrom((from) =>
      from
        .selectFrom('gateway_events')
        .selectAll()
        .select((event) => [
          event
            .case('outcome')
            .when('orphaned')
            .then('unknown_charge' as const)
            .when('conflicting')
            .then('conflicting_event' as const)
            .else('dead_event' as const)
            .end()
            .as('kind'),
          nthOfCharge.as('n'),
        ])
        .where('resolvedAt', 'is', null)
        .where((event) =>
          event.or([
            event('outcome', 'in', literals('orphaned', 'conflicting', 'dead')),
            event.and([event('handledAt', 'is', null), event('receivedAt', '<', late)]),
          ]),
        )
        .as('e'),
    )
    .leftJoin('payments as p', (join) => join.onRef('p.provider', '=', 'e.provider').onRef('p.gatewayReference', '=', 'e.gatewayReference'))
    .select((row) => [
      'e.kind',
      'e.eventId as id',
      'e.provider',
      'e.gatewayReference as reference',
      'p.orderId',
      row.selectFrom('orders as o').select('o.orderNumber').whereRef('o.id', '=', 'p.orderId').as('orderNumber'),
      sql<number | null>`(e.payload -> 'about' ->> 'amountCents')::bigint`.as('amountCents'),
      sql<Currency | null>`e.payload -> 'about' ->> 'currency'`.as('currency'),
      ...noStatement,
      noSituation,
      row.fn.coalesce('e.lastError', 'e.type').as('words'),
      'e.receivedAt as since',
    ])
    .where((row) => row.or([row('e.kind', '<>', 'unknown_charge'), row('e.n', '=', 1)]))
    .$castTo<DiscrepancyRow>();

/** Charges without a decision. A charge that waits for its buyer is listed once the order or the edit is no longer open. */
const undecidedCharges = ({ db }: Db, late: Expression<Date>) =>
  db
    .selectFrom('payments as p')
    .innerJoin('orders as o', 'o.id', 'p.orderId')
    .select((row) => [
      sql.lit('undecided_charge').as('kind'),
      row.cast('p.id', 'text').as('id'),
      'p.provider',
      'p.gatewayReference as reference',
      'o.id as orderId',
      'o.orderNumber',
      'p.amountCents',
      'p.currency',
      ...noStatement,
      row.case().when('p.answerProblem', 'is', null).then(sql.lit('no_decision')).else(sql.lit('unusable_answer')).end().as('situation'),
      row.fn.coalesce('p.answerProblem', 'p.gatewayPhase').as('words'),
      'p.calledAt as since',
    ])
    .where('p.status', '=', sql.lit('pending'))
    .where((row) => {
      const openEdit = row
        .selectFrom('order_edits as e')
        .select('e.id')
        .whereRef('e.id', '=', 'p.orderEditId')
        .where('e.status', '=', 'awaiting_payment')
        .where('e.expiresAt', '>', now);
      const isOpen = row.or([row.and([row('o.status', '=', 'pending'), row('o.expiresAt', '>', now)]), row.exists(openEdit)]);
      return row.or([
        row('p.answerProblem', 'is not', null),
        row.and([row('p.calledAt', '<', late), row.not(row.and([row('p.gatewayPhase', '=', 'action'), isOpen]))]),
      ]);
    })
    .$castTo<DiscrepancyRow>();

/** Captured money that no order can keep. */
const missingRefunds = ({ db }: Db) =>
  db
    .selectFrom('payments as p')
    .innerJoin('orders as o', 'o.id', 'p.orderId')
    .select((row) => [
      sql.lit('refund_missing').as('kind'),
      row.cast('p.id', 'text').as('id'),
      'p.provider',
      'p.gatewayReference as reference',
      'o.id as orderId',
      'o.orderNumber',
      row('p.capturedCents', '-', row.ref('p.refundClaimedCents')).as('amountCents'),
      'p.currency',
      ...noStatement,
      row
        .case()
        .when('p.supersededAt', 'is', null)
        .then(sql.lit('order_cancelled'))
        .else(sql.lit('paid_another_way'))
        .end()
        .as('situation'),
      noWords,
      row.fn.coalesce('p.capturedAt', 'p.createdAt').as('since'),
    ])
    .whereRef('p.capturedCents', '>', 'p.refundClaimedCents')
    .where('p.status', '<>', 'disputed')
    .where((row) => row.or([row('o.status', '=', 'cancelled'), row('p.supersededAt', 'is not', null)]))
    .$castTo<DiscrepancyRow>();

/** Refunds without a decision that no open discrepancy is about. */
const undecidedRefunds = ({ db }: Db, late: Expression<Date>) =>
  db
    .selectFrom('refunds as r')
    .innerJoin('payments as p', 'p.id', 'r.paymentId')
    .innerJoin('orders as o', 'o.id', 'p.orderId')
    .select((row) => [
      sql.lit('undecided_refund').as('kind'),
      row.cast('r.id', 'text').as('id'),
      'p.provider',
      'p.gatewayReference as reference',
      'o.id as orderId',
      'o.orderNumber',
      'r.amountCents',
      'r.currency',
      ...noStatement,
      row.case().when('r.answerProblem', 'is', null).then(row.lit(null)).else(sql.lit('unusable_answer')).end().as('situation'),
      row.fn.coalesce('r.answerProblem', 'r.reason').as('words'),
      'r.createdAt as since',
    ])
    .where('r.status', '=', sql.lit('pending'))
    .where((row) => {
      const listed = row
        .selectFrom('payment_discrepancies as d')
        .select('d.id')
        .whereRef('d.refundId', '=', 'r.id')
        .where('d.resolvedAt', 'is', null);
      return row.and([row.or([row('r.answerProblem', 'is not', null), row('r.createdAt', '<', late)]), row.not(row.exists(listed))]);
    })
    .$castTo<DiscrepancyRow>();

/** Amounts that a provider charged or refunded differently from the request. */
const wrongAmounts = ({ db }: Db) =>
  db
    .selectFrom('payment_discrepancies as d')
    .innerJoin('payments as p', 'p.id', 'd.paymentId')
    .innerJoin('orders as o', 'o.id', 'p.orderId')
    .select((row) => {
      const isOtherCharge = row('p.gatewayReference', '<>', row.ref('d.reference'));
      return [
        'd.kind',
        row.cast('d.id', 'text').as('id'),
        'p.provider',
        'd.reference',
        'o.id as orderId',
        'o.orderNumber',
        'd.askedCents as amountCents',
        'd.askedCurrency as currency',
        'd.saidCents as providerAmountCents',
        'd.saidCurrency as providerCurrency',
        row
          .case()
          .when('d.returnCalledAt', 'is not', null)
          .then(sql.lit('return_unconfirmed'))
          .when('d.kind', '=', 'wrong_refund')
          .then(sql.lit('refunded_wrongly'))
          .when(row.and([row('p.capturedCents', '>', 0), isOtherCharge]))
          .then(sql.lit('charged_twice'))
          .else(sql.lit('charged_wrongly'))
          .end()
          .as('situation'),
        noWords,
        'd.firstSeenAt as since',
      ];
    })
    .where('d.resolvedAt', 'is', null)
    .$castTo<DiscrepancyRow>();

/** The discrepancies that match a filter, oldest first, at most `most`. Each row has the number of all that match. */
export const listDiscrepancyRows = (core: Db, { orderId, kind, id }: DiscrepancyFilter, { undecidedMinutes, most }: DiscrepancyLimits) => {
  const late = minutesFromNow(-undecidedMinutes);
  return core.db
    .selectFrom(
      events(core, late)
        .unionAll(undecidedCharges(core, late))
        .unionAll(missingRefunds(core))
        .unionAll(undecidedRefunds(core, late))
        .unionAll(wrongAmounts(core))
        .as('d'),
    )
    .selectAll()
    .select((row) => row.fn.countAll<number>().over().as('totalCount'))
    .$if(orderId !== undefined, (rows) => rows.where('orderId', '=', orderId ?? null))
    .$if(kind !== undefined, (rows) => rows.where('kind', '=', kind ?? null).where('id', '=', id ?? null))
    .orderBy('since')
    .limit(most)
    .execute();
};
