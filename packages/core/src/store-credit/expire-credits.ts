import type { StoreCreditId } from '@cartwright/contracts';
import { commonTables, system, workOffPages, type Core } from '../kernel/index.ts';
import { lockExpiredCredits } from './credit.locks.ts';
import { hasExpired } from './credit.queries.ts';
import { moveCredits } from './credit.store.ts';

/** The most credits that one run examines. */
const most = 20_000;

/** Sets the balance of expired gift cards to 0, by the clock of the database. Returns how many. */
export const expireCredits = (core: Core, pageSize = 200): Promise<number> =>
  workOffPages<StoreCreditId>(core, {
    what: 'the expiry of a gift card',
    pageSize,
    find: async (after, limit) => {
      // Due credits are selected by time first: ordered by id, PostgreSQL would scan all credits.
      const rows = await commonTables(core.db)
        .with(
          (cte) => cte('due').materialized(),
          (db) => db.selectFrom('store_credits').select('id').where(hasExpired).orderBy('expiresAt').limit(most),
        )
        .selectFrom('due')
        .select('id')
        .where('id', '>', after)
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map(({ id }) => id as StoreCreditId);
    },
    handle: async (tx, ids) => {
      const expired = await lockExpiredCredits(tx, ids);
      await moveCredits(
        tx,
        expired.map(({ id, balanceCents }) => ({
          creditId: id,
          kind: 'expire',
          amountCents: -balanceCents,
          actor: system('expiry'),
        })),
      );
      return expired.length;
    },
  });
