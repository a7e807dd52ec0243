import type { StoreCreditId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { system, workOffPages, type Core } from '../kernel/index.ts';
import { lockFreeCredits } from './credit.locks.ts';
import { moveCredit } from './credit.store.ts';

/** The most credits that one run examines. */
const most = 20_000;
const due = sql`balance_cents > 0 and expires_at <= now()`;

/** Sets the balance of expired gift cards to 0, by the clock of the database. Returns how many. */
export const expireCredits = (core: Core, pageSize = 200): Promise<number> =>
  workOffPages<StoreCreditId>(core, {
    what: 'the expiry of a gift card',
    pageSize,
    find: async (after, limit) => {
      // Due credits are selected by time first: ordered by id, PostgreSQL would scan all credits.
      const { rows } = await sql<{ id: StoreCreditId }>`
        with due as materialized (select id from store_credits where ${due} order by expires_at limit ${most})
        select id from due where id > ${after} order by id limit ${limit}`.execute(core.db);
      return rows.map(({ id }) => id);
    },
    handle: async (tx, ids) => {
      const expired = await lockFreeCredits(tx, ids, due);
      for (const { id, balanceCents } of expired)
        await moveCredit(tx, { creditId: id, kind: 'expire', amountCents: -balanceCents, actor: system('expiry') });
      return expired.length;
    },
  });
