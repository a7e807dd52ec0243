/** What a grant of store credit names: an account, and the order that is the reason for it. */
import type { Reader } from '../kernel/index.ts';

/** Whether an account and an order exist; null for no order. */
export const readCreditTarget = ({ db }: Pick<Reader, 'db'>, userId: string, orderId: string | null) =>
  db
    .selectNoFrom(({ exists, selectFrom }) => [
      exists(selectFrom('users').select('id').where('id', '=', userId)).as('account'),
      exists(selectFrom('orders').select('id').where('id', '=', orderId)).as('order'),
    ])
    .executeTakeFirstOrThrow();
