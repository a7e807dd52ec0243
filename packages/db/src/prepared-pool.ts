/** Prepares repeated statements on each connection, so that PostgreSQL parses and plans them once. */
import type { PostgresCursor, PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import { LRUCache } from 'lru-cache';
import type pg from 'pg';

/** The number of prepared statements for each connection, and the number of texts that are watched for a repeat. */
const mostNamed = 400;
const mostWatched = 2_000;
const longestText = 12_000;

/**
 * Statements of a transaction look rows up by key and write a few rows: a generic plan is as good as a custom one, and the largest
 * of them take longer to plan than to run. For reads outside of transactions, such as searches and lists, PostgreSQL chooses the plan.
 */
const begin = 'begin; set local plan_cache_mode = force_generic_plan';

/** Returns a function that names a text the second time it is seen. Texts without a name are not prepared. */
export const createStatementNames = (): ((text: string) => string | undefined) => {
  const named = new Map<string, string>();
  // Texts that differ each time would fill the memory.
  const seenOnce = new LRUCache<string, true>({ max: mostWatched });
  return (text) => {
    const name = named.get(text);
    if (name !== undefined) return name;
    if (named.size >= mostNamed || text.length > longestText) return undefined;
    if (!seenOnce.delete(text)) {
      seenOnce.set(text, true);
      return undefined;
    }
    const made = `s${named.size + 1}`;
    named.set(text, made);
    return made;
  };
};

/**
 * Whether an error says that a migration changed the result columns of a prepared statement. Only a new connection can prepare it
 * again.
 */
export const isOutdatedStatement = (error: unknown): boolean =>
  error instanceof Error && error.message.includes('cached plan must not change result type');

/** The pool for Kysely, with prepared statements. */
export const prepareOn = (pool: pg.Pool): PostgresPool => {
  const nameOf = createStatementNames();
  const wrapped = new WeakMap<pg.PoolClient, PostgresPoolClient>();
  const wrap = (client: pg.PoolClient): PostgresPoolClient => {
    let outdated = false;
    const run = async (text: string, values: readonly unknown[]): Promise<pg.QueryResult> => {
      if (text === 'begin') return client.query(begin);
      const name = values.length > 0 ? nameOf(text) : undefined;
      if (name === undefined) return client.query({ text, values: [...values] });
      try {
        return await client.query({ name, text, values: [...values] });
      } catch (error) {
        if (!isOutdatedStatement(error)) throw error;
        outdated = true;
        // Inside a transaction no further statement can run; `transact` repeats it on another connection.
        return await client.query({ text, values: [...values] }).catch(() => Promise.reject(error));
      }
    };
    function query<R>(text: string, values: readonly unknown[]): Promise<PostgresQueryResult<R>>;
    function query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>;
    function query<R>(
      text: string | PostgresCursor<R>,
      values: readonly unknown[] = [],
    ): Promise<PostgresQueryResult<R>> | PostgresCursor<R> {
      if (typeof text !== 'string') throw new Error('Cursors are not supported');
      return run(text, values) as Promise<PostgresQueryResult<R>>;
    }
    const { processID } = client as pg.PoolClient & { processID?: number };
    return {
      ...(processID !== undefined && { processID }),
      query,
      release: (destroy) => client.release(destroy === true || outdated),
    };
  };
  return {
    options: pool.options,
    connect: async () => {
      const client = await pool.connect();
      const known = wrapped.get(client) ?? wrap(client);
      wrapped.set(client, known);
      return known;
    },
    end: () => pool.end(),
  };
};
