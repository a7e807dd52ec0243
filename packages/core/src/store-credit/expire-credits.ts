import type { StoreCreditId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { system, transact, type Core } from '../kernel/index.ts';
import { moveCredit } from './credit.ledger.ts';

const batch = 200;

/** Books out what is left on cards whose time is over, by the time of the database. Answers how many. */
export const expireCredits = (core: Core): Promise<number> =>
  transact(core, async (tx) => {
    const { rows } = await sql<{ id: StoreCreditId; balanceCents: number }>`
      select id, balance_cents as "balanceCents" from store_credits where balance_cents > 0 and expires_at <= now() order by id limit ${batch} for no key update skip locked`.execute(
      tx.db,
    );
    for (const { id, balanceCents } of rows)
      await moveCredit(tx, { creditId: id, kind: 'expire', amountCents: -balanceCents, actor: system('expiry') });
    return rows.length;
  });
