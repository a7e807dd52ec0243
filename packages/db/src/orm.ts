/** Opens the database: one pg pool that MikroORM, Kysely and hand-written statements share. */
import { MikroORM, defineConfig } from '@mikro-orm/postgresql';
import { Migrator } from '@mikro-orm/migrations';
import type { InferKyselyDB } from '@mikro-orm/sql';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { entities, type Entity } from './entities/index.ts';
import { migrationsList } from './migrations/index.ts';
import { naming } from './naming.ts';
import { prepareOn } from './prepared-pool.ts';

/** Every table and its columns, named as in the entities (`priceCents` for `price_cents`) and derived from them. */
export interface Database extends InferKyselyDB<Entity, { columnNamingStrategy: 'property' }> {}

/** How the database is opened. */
export interface DatabaseOptions {
  url: string;
  /** Maximum number of connections of this process; default 10. */
  poolSize?: number;
  /** Shown in pg_stat_activity. */
  applicationName?: string;
  /** Maximum duration of a statement; default 30 s. */
  statementTimeoutMs?: number;
  /** Maximum wait of a statement for a locked row; default 3 s, which is less than the wait for a connection. */
  lockTimeoutMs?: number;
  /** Maximum wait for a connection of the pool; default 5 s. */
  connectTimeoutMs?: number;
  /** `false` behind a pooler that changes connections between transactions and does not support prepared statements. */
  prepareStatements?: boolean;
  onQuery?: (sql: string, durationMs: number) => void;
  /** Called when the server closes an idle connection; the next query opens another one. */
  onConnectionLost?: (error: Error) => void;
}

/** An open database. */
export interface OpenDatabase {
  readonly orm: MikroORM;
  readonly pool: pg.Pool;
  readonly kysely: Kysely<Database>;
  close(): Promise<void>;
}

const int8 = (value: string): number => {
  const n = Number(value);
  if (!Number.isSafeInteger(n)) throw new RangeError(`A bigint column holds ${value}, beyond the safe integers`);
  return n;
};

/** Parses bigint as number and timestamps as Date; dates and numerics stay text. */
const types = (): pg.TypeOverrides => {
  const overrides = new pg.TypeOverrides();
  overrides.setTypeParser(pg.types.builtins.INT8, int8);
  overrides.setTypeParser(pg.types.builtins.DATE, (v: string) => v);
  return overrides;
};

/** Opens a pool and the ORM on it. Connects lazily: the first query fails when the database is unavailable. */
export const openDatabase = async (options: DatabaseOptions): Promise<OpenDatabase> => {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.poolSize ?? 10,
    application_name: options.applicationName ?? 'cartwright',
    connectionTimeoutMillis: options.connectTimeoutMs ?? 5_000,
    idleTimeoutMillis: 30_000,
    // The hot tables of a shop are in memory: with the default random_page_cost PostgreSQL scans whole small tables to find three rows.
    options:
      `-c statement_timeout=${options.statementTimeoutMs ?? 30_000} -c idle_in_transaction_session_timeout=30000 -c ` +
      `lock_timeout=${options.lockTimeoutMs ?? 3_000} -c timezone=UTC -c random_page_cost=1.1`,
    types: types(),
  });
  // Without this listener, an idle connection that the server closes would end the process.
  pool.on('error', (error) => options.onConnectionLost?.(error));
  // The pool listens to idle connections only. A connection that breaks between two statements of a transaction
  // would end the process as well; with this listener the next statement fails and its caller gets the error.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const { onQuery } = options;
  const kysely = new Kysely<Database>({
    dialect: new PostgresDialect({ pool: options.prepareStatements === false ? pool : prepareOn(pool) }),
    plugins: [naming],
    ...(onQuery && { log: (event) => onQuery(event.query.sql, event.queryDurationMillis) }),
  });
  const orm = await MikroORM.init(ormConfig(options.url, kysely));
  return {
    orm,
    pool,
    kysely,
    close: async () => {
      await orm.close(true);
      // The ORM does not close a pool that was passed to it; idle connections would keep the process running for 30 s.
      if (!pool.ending) await pool.end();
    },
  };
};

/**
 * The ORM writes values into the text of a statement, quoted, and PostgreSQL reads such a text up to a NUL. Refuses a NUL with the code
 * that PostgreSQL gives for it in a parameter.
 */
const refuseNul = (statement: string, values: readonly unknown[]): string => {
  if (values.some((value) => typeof value === 'string' && value.includes('\0')))
    throw Object.assign(new Error('invalid byte sequence for encoding "UTF8": 0x00'), { code: '22021' });
  return statement;
};

const ormConfig = (url: string, kysely?: Kysely<Database>) =>
  defineConfig({
    clientUrl: url,
    entities: [...entities],
    extensions: [Migrator],
    onQuery: refuseNul,
    ...(kysely && { driverOptions: kysely }),
    migrations: { migrationsList, tableName: 'schema_migrations', transactional: true, allOrNothing: true, silent: true, snapshot: false },
    discovery: { warnWhenNoEntities: false },
  });

/** Names of the pending migrations, in the order in which they are applied. Works with a read-only role. */
export const pendingMigrations = async (db: Pick<OpenDatabase, 'pool'>): Promise<string[]> => {
  const { rows: found } = await db.pool.query<{ exists: boolean }>(`select to_regclass('schema_migrations') is not null as exists`);
  const { rows } = found[0]?.exists ? await db.pool.query<{ name: string }>('select name from schema_migrations') : { rows: [] };
  const applied = new Set(rows.map(({ name }) => name));
  return migrationsList.map(({ name }) => name).filter((name) => !applied.has(name));
};

/** A pending migration with its statements. */
export interface PlannedMigration {
  readonly name: string;
  /** The SQL statements that it runs. */
  readonly statements: readonly string[];
  /** Whether it also runs statements that depend on existing rows; these are not listed. */
  readonly readsRows: boolean;
}

/** The pending migrations with their statements. Changes nothing. */
export const planMigrations = async (db: OpenDatabase): Promise<PlannedMigration[]> => {
  const pending = new Set(await pendingMigrations(db));
  const due = migrationsList.filter(({ name }) => pending.has(name));
  return Promise.all(
    due.map(async ({ name, class: Migration }) => {
      const migration = new Migration(db.orm.em.getDriver(), db.orm.config);
      let readsRows = false;
      const stop = new Error('A plan runs nothing');
      migration.execute = () => {
        readsRows = true;
        return Promise.reject(stop);
      };
      await Promise.resolve(migration.up()).catch((error: unknown) => {
        if (error !== stop) throw error;
      });
      const statements = migration
        .getQueries()
        .map((statement) => (typeof statement === 'string' ? statement.trim() : '-- a statement that is put together when it runs'));
      return { name, statements, readsRows };
    }),
  );
};

/** The advisory lock under which a database is migrated. */
const migrationLock = `hashtext('cartwright.migrate')`;

/** Applies all pending migrations. Several processes can call it at once: one migrates, the others wait. */
export const migrateDatabase = async (url: string): Promise<{ applied: string[] }> => {
  const lock = new pg.Client({ connectionString: url });
  await lock.connect();
  const db = await openDatabase({ url, poolSize: 2, applicationName: 'cartwright-migrate', statementTimeoutMs: 0, lockTimeoutMs: 10_000 });
  try {
    await lock.query(`select pg_advisory_lock(${migrationLock})`);
    const applied = await db.orm.migrator.up();
    return { applied: applied.map((m) => m.name) };
  } finally {
    await db.close();
    await lock.end();
  }
};
