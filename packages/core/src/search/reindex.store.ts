/** Writes the table `search_reindexes`: the runs that rebuild the search entries, and their lease. */
import type { ProductId, Reindex, ReindexId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { createLease, InternalRefusal, type Claim as LeaseClaim, type Tx } from '../kernel/index.ts';
import { languageChanges, reindexRecord } from './reindex.queries.ts';

const lease = createLease({
  seconds: 30,
  whileOpen: sql`status = 'running'`,
  lost: () => new InternalRefusal('LEASE_LOST', 'Another worker is running this reindex.'),
});

/** A run and the right to work on it, until the lease ends. */
export interface ReindexClaim extends LeaseClaim<ReindexId> {
  /** The last product that was rebuilt; null at the start. */
  readonly cursor: ProductId | null;
}

/** Tx step: queues a run over this many products. Throws a unique violation while another run is open. */
export const insertReindex = async (tx: Tx, productCount: number): Promise<Reindex> => {
  const row = await tx.db
    .insertInto('search_reindexes')
    .values({ id: tx.ids.next<ReindexId>(), productCount, languageChanges })
    .returning(reindexRecord.fields)
    .executeTakeFirstOrThrow();
  return reindexRecord.of(row);
};

/** Claims the open run when no worker has it; null when there is none. */
export const claimReindex = async ({ db }: Pick<Tx, 'db'>): Promise<ReindexClaim | null> => {
  const { rows } = await sql<ReindexClaim>`
    update search_reindexes set status = 'running', ${lease.take}
    where id = (select id from search_reindexes where status <> 'finished' and ${lease.isFree} limit 1 for update skip locked)
    returning id, cursor_id as cursor, fence`.execute(db);
  return rows[0] ?? null;
};

/** How far a run has come. */
export interface Progress {
  /** The last product that was rebuilt; null at the start. */
  readonly cursor: ProductId | null;
  readonly ended: boolean;
}

/**
 * Tx step: records rebuilt products and renews the lease; no products end the run. When the search language was changed since the run
 * began, it begins anew instead: products before and in this batch may have stems of another language. Throws when the lease was lost.
 */
export const recordRebuilt = async (tx: Tx, claim: ReindexClaim, productIds: readonly ProductId[]): Promise<Progress> => {
  const { numUpdatedRows } = await tx.db
    .updateTable('search_reindexes')
    .set({ cursorId: null, processedCount: 0, languageChanges, lockedUntil: lease.end })
    .where(lease.isHeldBy(claim))
    .where('languageChanges', '<>', languageChanges)
    .executeTakeFirstOrThrow();
  if (numUpdatedRows > 0n) return { cursor: null, ended: false };
  const last = productIds.at(-1) ?? null;
  lease.assertHeld(
    await sql`
      update search_reindexes set cursor_id = coalesce(${last}, cursor_id), processed_count = processed_count + ${productIds.length},
        ${lease.renew}, status = case when ${last === null} then 'finished' else status end,
        finished_at = case when ${last === null} then now() end, product_count = case when ${last === null} then processed_count
          else greatest(product_count, processed_count + ${productIds.length}) end
      where ${lease.isHeldBy(claim)}`.execute(tx.db),
  );
  return { cursor: last, ended: last === null };
};

/** Releases the claim, so that another worker can continue at once. */
export const releaseReindex = async ({ db }: Pick<Tx, 'db'>, claim: ReindexClaim): Promise<void> => {
  await sql`update search_reindexes set ${lease.release} where ${lease.isHeldBy(claim)}`.execute(db);
};
