import { orderEventsByIds, transact, type Core } from '../kernel/index.ts';
import { nextTransaction } from './event.queries.ts';

const batch = 5_000;

/** The newest event with a transaction id that this server has not reached yet: it was restored from another server. */
const findNewestRestored = async ({ db }: Pick<Core, 'db'>): Promise<string | null> => {
  const newest = await db
    .selectFrom('outbox_events')
    .select(({ cast, fn }) => fn.max(cast<string>('id', 'text')).as('id'))
    .where('transactionId', '>=', nextTransaction)
    .executeTakeFirst();
  return newest?.id ?? null;
};

/**
 * Orders the events of a restored backup by their ids alone, as if transaction 0 had written them. Their transactions
 * were counted by another PostgreSQL server: once this one counts as far, every live feed would show them as new. Does
 * nothing on the server that wrote the events. Can be repeated, also by several processes at once. The events of the
 * highest transactions come last, so that an interrupted run is detected.
 *
 * @returns how many events were ordered.
 */
export const orderRestoredEvents = async (core: Core): Promise<number> => {
  const newest = await findNewestRestored(core);
  if (newest === null) return 0;
  let ordered = 0;
  for (;;) {
    const count = await transact(core, { oneStatement: true }, (tx) => orderEventsByIds(tx, newest, batch));
    if (count === 0) break;
    ordered += count;
  }
  core.log.info({ ordered }, 'the events of a restored backup are ordered by their ids');
  return ordered;
};
