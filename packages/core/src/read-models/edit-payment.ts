/** The payment of an order's edits: what is to be paid, the attempts so far, and edits whose payment has stopped. */
import type { Currency, OrderEditId, OrderEditStatus, OrderId, PaymentId, PaymentProvider, PaymentStatus } from '@cartwright/contracts';
import { sql } from 'kysely';
import { minutesFromNow, now, type Reader } from '../kernel/index.ts';

/** The difference that an edit makes, and its payment. */
export interface EditDifference {
  readonly editId: OrderEditId;
  readonly orderId: OrderId;
  readonly orderNumber: string;
  readonly status: OrderEditStatus;
  readonly differenceCents: number;
  readonly currency: Currency;
  readonly expiresAt: Date;
}

const selectDifferences = ({ db }: Pick<Reader, 'db'>) =>
  db
    .selectFrom('order_edits as e')
    .innerJoin('orders as o', 'o.id', 'e.orderId')
    .select(['e.id as editId', 'o.id as orderId', 'o.orderNumber', 'e.status', 'e.differenceCents', 'o.currency', 'e.expiresAt'])
    .$narrowType<{ editId: OrderEditId; orderId: OrderId; currency: Currency }>();

/** An edit; undefined when there is none, and when its order was deleted. */
export const findEditDifference = (reader: Pick<Reader, 'db'>, editId: string | null): Promise<EditDifference | undefined> =>
  selectDifferences(reader).where('e.id', '=', editId).where('o.archivedAt', 'is', null).executeTakeFirst();

/** The latest edit of an order; undefined when it has none. */
export const findLatestDifference = (reader: Pick<Reader, 'db'>, orderId: OrderId): Promise<EditDifference | undefined> =>
  selectDifferences(reader).where('o.id', '=', orderId).orderBy('e.createdAt', 'desc').orderBy('e.id', 'desc').limit(1).executeTakeFirst();

/** A charge of an edit that waits for its payment. */
export interface EditAttempt {
  readonly id: PaymentId;
  readonly provider: PaymentProvider;
  /** Whether it waits for the buyer, who is on the page of the provider. */
  readonly waits: boolean;
  readonly failed: boolean;
  /** Whether the edit had a payment with this token. */
  readonly hadPage: boolean;
}

/** The latest attempt to pay an edit; undefined when the edit is decided. `pageToken` is the token of payments on a provider's page. */
export const findLatestAttempt = ({ db }: Pick<Reader, 'db'>, editId: OrderEditId, pageToken: string): Promise<EditAttempt | undefined> =>
  db
    .selectFrom('order_edits as e')
    .innerJoin('payments as p', 'p.orderEditId', 'e.id')
    .select(({ eb, exists, selectFrom }) => [
      'p.id',
      'p.provider',
      eb('p.gatewayPhase', '=', 'action').as('waits'),
      eb('p.status', 'in', ['failed', 'voided']).as('failed'),
      exists(
        selectFrom('payments as x').select(eb.lit(1).as('one')).whereRef('x.orderEditId', '=', 'e.id').where('x.token', '=', pageToken),
      ).as('hadPage'),
    ])
    .where('e.id', '=', editId)
    .where('e.status', '=', 'awaiting_payment')
    .orderBy((eb) => eb('p.supersededAt', 'is not', null))
    .orderBy('p.createdAt', 'desc')
    .orderBy('p.id', 'desc')
    .limit(1)
    .$narrowType<{ id: PaymentId; waits: boolean; failed: boolean; hadPage: boolean }>()
    .executeTakeFirst();

/** Edits whose charge was intended a minute ago and never made, or was declined without a payment page for the buyer; in random order. */
export const findStoppedEdits = ({ db }: Pick<Reader, 'db'>, most: number): Promise<{ readonly id: OrderEditId }[]> =>
  db
    .selectFrom('order_edits as e')
    .select('e.id')
    .where('e.status', '=', sql.lit<OrderEditStatus>('awaiting_payment'))
    .where('e.expiresAt', '>', now)
    .where('e.createdAt', '<', minutesFromNow(-1))
    .where(({ eb, exists, not, or, selectFrom }) => {
      const charges = selectFrom('payments as p').select(eb.lit(1).as('one')).whereRef('p.orderEditId', '=', 'e.id');
      const withBuyer = charges.where((charge) =>
        charge.or([charge('p.token', '=', sql.lit('')), charge('p.status', '=', sql.lit<PaymentStatus>('pending'))]),
      );
      return or([exists(charges.where('p.gatewayPhase', '=', sql.lit('created'))), not(exists(withBuyer))]);
    })
    .orderBy(({ fn }) => fn('random', []))
    .limit(most)
    .$narrowType<{ id: OrderEditId }>()
    .execute();
