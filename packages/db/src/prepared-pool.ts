/** Lets PostgreSQL keep the parsed and planned form of statements that come again, connection by connection. */
import type { PostgresCursor, PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import type pg from 'pg';

/** How many statements are kept on each connection, and how many texts are watched to see whether they come again. */
const mostNamed = 400;
const mostWatched = 2_000;
const longestText = 12_000;

/**
 * A transaction's statements are look-ups by key and writes of a few rows: what is planned once for any parameters is as good as
 * what would be planned anew for these, and the largest of them take longer to plan than to run. Reads outside of transactions,
 * searches and lists among them, are planned as PostgreSQL thinks best.
 */
const begin = 'begin; set local plan_cache_mode = force_generic_plan';

/** Names for texts that are worth keeping: those with parameters, the second time they are seen. */
export const createStatementNames = (): ((text: string) => string | undefined) => {
  const named = new Map<string, string>();
  const seenOnce = new Set<string>();
  return (text) => {
    const name = named.get(text);
    if (name !== undefined) return name;
    if (named.size >= mostNamed || text.length > longestText) return undefined;
    if (!seenOnce.delete(text)) {
      // A text that is put together anew each time would fill the memory.
      if (seenOnce.size >= mostWatched) seenOnce.clear();
      seenOnce.add(text);
      return undefined;
    }
    const made = `s${named.size + 1}`;
    named.set(text, made);
    return made;
  };
};

/** A migration changed the columns that a kept statement answers. Only this connection's next life knows the new ones. */
export const isOutdatedStatement = (error: unknown): boolean =>
  error instanceof Error && error.message.includes('cached plan must not change result type');

/** The pool as Kysely sees it. Everything else about it stays as it was. */
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
        // Inside a transaction nothing more can be asked; `transact` runs it again, on another connection.
        return await client.query({ text, values: [...values] }).catch(() => Promise.reject(error));
      }
    };
    function query<R>(text: string, values: readonly unknown[]): Promise<PostgresQueryResult<R>>;
    function query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>;
    function query<R>(
      text: string | PostgresCursor<R>,
      values: readonly unknown[] = [],
    ): Promise<PostgresQueryResult<R>> | PostgresCursor<R> {
      if (typeof text !== 'string') throw new Error('Kysely was not told of any cursor');
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
