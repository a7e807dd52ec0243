/** Payment discrepancies: what the shop and its providers say differently, and charges and refunds without a decision. */
import type { Currency, OrderId, PaymentDiscrepancy } from '@cartwright/contracts';
import type { Database } from '@cartwright/db';
import { expressionBuilder, sql } from 'kysely';
import { literals, minutesFromNow, now, type Reader } from '../kernel/index.ts';

export interface DiscrepancyRow extends Omit<PaymentDiscrepancy, 'since' | 'actions'> {
  readonly since: Date;
  /** Whether the charge can be refunded, and whether it can be accepted as the payment of its order. */
  readonly canReturn: boolean;
  readonly canAccept: boolean;
}
export interface DiscrepancyFilter {
  readonly orderId?: OrderId | undefined;
  readonly kind?: PaymentDiscrepancy['kind'];
  readonly id?: string;
}

type Db = Pick<Reader, 'db'>;
/** How long a charge, a refund or an event may stay undecided. */
const waitMinutes = 15;
const late = minutesFromNow(-waitMinutes);
const unusable = 'The answer of the provider cannot be used. ';

const eb = expressionBuilder<Database>();
/** The columns about the provider of discrepancies in which only the shop names an amount. */
const noStatement = [
  eb.cast<number | null>(eb.lit(null), 'bigint').as('providerAmountCents'),
  eb.cast<Currency | null>(eb.lit(null), 'text').as('providerCurrency'),
  eb.lit(false).as('canReturn'),
  eb.lit(false).as('canAccept'),
] as const;

/** The position of an event among those about the same unknown charge. */
const nthOfCharge = sql<number>`row_number() over (
  partition by outcome = 'orphaned', provider, coalesce(gateway_reference, event_id) order by received_at, event_id)`;

/** Events about unknown charges, one for each charge, events that do not match a payment, and events that fail. */
const events = ({ db }: Db) =>
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
      row.fn.coalesce('e.lastError', 'e.type').as('detail'),
      'e.receivedAt as since',
    ])
    .where((row) => row.or([row('e.kind', '<>', 'unknown_charge'), row('e.n', '=', 1)]))
    .$castTo<DiscrepancyRow>();

/** Charges without a decision. A charge that waits for its buyer is listed once the order or the edit is no longer open. */
const undecidedCharges = ({ db }: Db) =>
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
      row
        .case()
        .when('p.answerProblem', 'is', null)
        .then(row.fn<string>('concat', [sql.lit('no decision: '), 'p.gatewayPhase']))
        .else(row.fn<string>('concat', [sql.lit(unusable), 'p.answerProblem']))
        .end()
        .as('detail'),
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
const unreturnedMoney = ({ db }: Db) =>
  db
    .selectFrom('payments as p')
    .innerJoin('orders as o', 'o.id', 'p.orderId')
    .select((row) => [
      sql.lit('unreturned_money').as('kind'),
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
        .then(sql.lit('the order is cancelled'))
        .else(sql.lit('the order was paid another way'))
        .end()
        .as('detail'),
      row.fn.coalesce('p.capturedAt', 'p.createdAt').as('since'),
    ])
    .whereRef('p.capturedCents', '>', 'p.refundClaimedCents')
    .where('p.status', '<>', 'disputed')
    .where((row) => row.or([row('o.status', '=', 'cancelled'), row('p.supersededAt', 'is not', null)]))
    .$castTo<DiscrepancyRow>();

/** Refunds without a decision that no open discrepancy is about. */
const undecidedRefunds = ({ db }: Db) =>
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
      row
        .case()
        .when('r.answerProblem', 'is', null)
        .then(row.ref('r.reason'))
        .else(row.fn<string>('concat', [sql.lit(unusable), 'r.answerProblem']))
        .end()
        .as('detail'),
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
      // The refund of the charge was requested, for this discrepancy or for another one of the same charge.
      const givenBack = row.exists(
        row
          .selectFrom('payment_discrepancies as x')
          .select('x.id')
          .whereRef('x.paymentId', '=', 'd.paymentId')
          .where('x.refundId', 'is', null)
          .whereRef('x.reference', '=', 'd.reference')
          .where('x.returnCalledAt', 'is not', null),
      );
      const paidOtherwise = row.exists(
        row
          .selectFrom('payments as x')
          .select('x.id')
          .whereRef('x.orderId', '=', 'p.orderId')
          .where('x.orderEditId', 'is', null)
          .whereRef('x.id', '<>', 'p.id')
          .where('x.supersededAt', 'is', null)
          .where('x.status', 'in', ['pending', 'authorized', 'captured', 'partially_refunded', 'disputed']),
      );
      const isOwnCurrency = row('d.saidCurrency', '=', row.ref('p.currency'));
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
          .and([
            row.or([
              row('p.capturedCents', '=', 0),
              isOtherCharge,
              row.and([isOwnCurrency, row('d.saidCents', '>', row.ref('p.capturedCents'))]),
            ]),
            row.or([row('d.returnCalledAt', 'is not', null), row.not(givenBack)]),
          ])
          .as('canReturn'),
        row
          .and([
            row.not(givenBack),
            row.not(paidOtherwise),
            row('p.capturedCents', '=', 0),
            row('p.orderEditId', 'is', null),
            row('p.supersededAt', 'is', null),
            row('o.status', '=', 'pending'),
            isOwnCurrency,
            row('d.saidCents', '>=', row.ref('p.amountCents')),
          ])
          .as('canAccept'),
        row
          .case()
          .when('d.returnCalledAt', 'is not', null)
          .then(sql.lit('The provider was asked for a refund and has not confirmed it yet.'))
          .when('d.kind', '=', 'wrong_refund')
          .then(sql.lit('The provider refunded a different amount or currency than requested.'))
          .when(row.and([row('p.capturedCents', '>', 0), isOtherCharge]))
          .then(sql.lit('The provider charged one payment twice.'))
          .else(sql.lit('The provider charged a different amount or currency than requested.'))
          .end()
          .as('detail'),
        'd.firstSeenAt as since',
      ];
    })
    .where('d.resolvedAt', 'is', null)
    .$castTo<DiscrepancyRow>();

/** The discrepancies that match a filter, oldest first, at most `most`. Each row has the number of all that match. */
export const listDiscrepancyRows = (core: Db, { orderId, kind, id }: DiscrepancyFilter, most: number) =>
  core.db
    .selectFrom(
      events(core)
        .unionAll(undecidedCharges(core))
        .unionAll(unreturnedMoney(core))
        .unionAll(undecidedRefunds(core))
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
