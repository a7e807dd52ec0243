/** Rebuilds the search entries batch by batch, for use after a restore or a change of the text configuration. */
import type { ProductId, Reindex, ReindexId } from '@cartwright/contracts';
import { sql } from 'kysely';
import {
  createLease,
  DomainError,
  isDatabaseUnavailable,
  isUniqueViolation,
  requireScope,
  transact,
  type Actor,
  type Claim as LeaseClaim,
  type Core,
  type Tx,
  writeStatement,
} from '../kernel/index.ts';
import { lockNextProducts } from './reindex.locks.ts';

/** Products that are rebuilt in one transaction; their edits wait for it. */
const batch = 200;
const lease = createLease({
  seconds: 30,
  whileOpen: sql`status = 'running'`,
  lost: () => new DomainError('CONFLICT', 'Another worker is running this reindex.'),
});

type Record = Omit<Reindex, 'createdAt' | 'finishedAt'> & { createdAt: Date; finishedAt: Date | null };
const columns = sql`id, status, product_count as "productCount", processed_count as "processedCount", created_at as "createdAt", finished_at as "finishedAt"`;
const toReindex = (row: Record): Reindex => ({
  ...row,
  createdAt: row.createdAt.toISOString(),
  finishedAt: row.finishedAt?.toISOString() ?? null,
});

/** The latest run, even when it has ended; null when there was none. */
const findLatest = async ({ db }: Pick<Core | Tx, 'db'>): Promise<Reindex | null> => {
  const { rows } = await sql<Record>`select ${columns} from search_reindexes order by created_at desc, id desc limit 1`.execute(db);
  return rows[0] ? toReindex(rows[0]) : null;
};

/** Queues a reindex run. While a run is open, returns that run instead. */
export const startReindex = async (core: Core, actor: Actor): Promise<Reindex> => {
  requireScope(actor, 'catalog:admin');
  try {
    return await transact(core, async (tx) => {
      const { rows } = await sql<Record>`
        insert into search_reindexes (id, product_count) values (${tx.ids.next<ReindexId>()}, (select count(*)::int from products where deleted_at is null)) returning ${columns}`.execute(
        tx.db,
      );
      if (!rows[0]) throw new Error('A reindex run that was just written does not exist');
      return toReindex(rows[0]);
    });
  } catch (error) {
    const open = isUniqueViolation(error, 'search_reindexes_one_at_a_time') ? await findLatest(core) : null;
    if (open) return open;
    throw error;
  }
};

/** The run that is open, or the last one; null when there never was any. */
export const findReindex = async (core: Core, actor: Actor): Promise<{ run: Reindex | null }> => {
  requireScope(actor, 'catalog:read');
  return { run: await findLatest(core) };
};

interface Claim extends LeaseClaim<ReindexId> {
  readonly cursor: ProductId | null;
}

const claim = async ({ db }: Pick<Tx, 'db'>): Promise<Claim | null> => {
  const { rows } = await sql<Claim>`
    update search_reindexes set status = 'running', ${lease.take}
    where id = (select id from search_reindexes where status <> 'finished' and ${lease.isFree} limit 1 for update skip locked)
    returning id, cursor_id as cursor, fence`.execute(db);
  return rows[0] ?? null;
};

/**
 * Rebuilds the next products and returns the last of them; null at the end. When a batch fails, one product is rebuilt
 * at a time; one that fails alone is logged and skipped, so that the products after it are rebuilt too.
 */
const rebuildNext = async (core: Core, work: Claim, after: ProductId | null, size = batch): Promise<ProductId | null> => {
  try {
    return await rebuildBatch(core, work, after, size, false);
  } catch (error) {
    if (isDatabaseUnavailable(error) || error instanceof DomainError) throw error;
    if (size > 1) return rebuildNext(core, work, after, 1);
    const passed = await rebuildBatch(core, work, after, 1, true);
    core.log.error({ err: error, productId: passed }, 'a product could not be indexed; the reindex continues');
    return passed;
  }
};

const rebuildBatch = (core: Core, work: Claim, after: ProductId | null, size: number, skip: boolean): Promise<ProductId | null> =>
  transact(core, async (tx) => {
    const ids = await lockNextProducts(tx, after, size);
    const last = ids.at(-1) ?? null;
    if (last && !skip) await sql`select refresh_search_entries(${ids}::uuid[])`.execute(tx.db);
    lease.assertHeld(
      await sql`
      update search_reindexes set cursor_id = coalesce(${last}, cursor_id), processed_count = processed_count + ${ids.length}, ${lease.renew},
        status = case when ${last === null} then 'finished' else status end, finished_at = case when ${last === null} then now() end,
        product_count = case when ${last === null} then processed_count else greatest(product_count, processed_count + ${ids.length}) end
      where ${lease.isHeldBy(work)}`.execute(tx.db),
    );
    return last;
  });

/**
 * Continues the open run for up to `forMs`, then releases it. Returns whether there was one. A batch and its progress
 * commit together: another worker continues the run of a dead worker when its lease ends. Several workers may call.
 */
export const runReindex = async (core: Core, forMs = 5_000): Promise<boolean> => {
  const work = await writeStatement(core, claim);
  if (!work) return false;
  const until = core.clock.now().getTime() + forMs;
  for (let after = work.cursor; ;) {
    const last = await rebuildNext(core, work, after);
    if (last === null) break;
    after = last;
    if (core.clock.now().getTime() < until) continue;
    await writeStatement(core, (tx) => sql`update search_reindexes set ${lease.release} where ${lease.isHeldBy(work)}`.execute(tx.db));
    return true;
  }
  await core.reads.forget(['search']);
  return true;
};
