/** The connections and tables of queues in PostgreSQL. */
import { runMigrations } from 'bullmq';
import pg from 'pg';

const schema = 'bullmq';

/**
 * The connections of one queue in PostgreSQL. The pool that BullMQ creates waits for ever for a connection, and a connection that breaks
 * while it is in use ends the process. With this pool the statement fails and its caller gets the error.
 */
export const openPool = (databaseUrl: string): pg.Pool => {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    // One of them listens for jobs.
    max: 5,
    options: `-c search_path=${schema}`,
    connectionTimeoutMillis: 5_000,
    query_timeout: 30_000,
    keepAlive: true,
  });
  return pool.on('connect', (client) => client.on('error', () => undefined));
};

/** Creates the tables of BullMQ if they are missing. */
export const migrateQueues = async (databaseUrl: string): Promise<void> => {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000 });
  // Without a listener, a broken connection would end the process. The failing statement reports the error.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await runMigrations(client, schema);
  } finally {
    await client.end();
  }
};
