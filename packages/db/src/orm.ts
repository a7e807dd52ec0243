/** Opens the database: one pg pool that MikroORM, Kysely and hand-written statements share. */
import { MikroORM, defineConfig } from '@mikro-orm/postgresql';
import { Migrator } from '@mikro-orm/migrations';
import type { InferKyselyDB } from '@mikro-orm/sql';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { entities, type Entity } from './entities/index.ts';
import { migrationsList } from './migrations/index.ts';
import { prepareOn } from './prepared-pool.ts';

/** Every table and column as Kysely sees them (snake_case); derived from the entities. */
export type Database = InferKyselyDB<Entity>;

export interface DatabaseOptions {
  url: string;
  /** Most connections of this process; 10 unless told. */
  poolSize?: number;
  /** Shown in pg_stat_activity. */
  applicationName?: string;
  /** Longest one statement may run; 30 s unless told. */
  statementTimeoutMs?: number;
  /** Longest that a statement waits for a row that somebody else has locked; 3 s unless told, which is less than the wait for a connection. */
  lockTimeoutMs?: number;
  /** Longest wait for a connection of the pool; 5 s unless told. */
  connectTimeoutMs?: number;
  /** `false` behind a pooler that gives each transaction another connection and knows no prepared statements. */
  prepareStatements?: boolean;
  onQuery?: (sql: string, durationMs: number) => void;
  /** Told when the server drops an idle connection; the next query opens another one. */
  onConnectionLost?: (error: Error) => void;
}

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

/** Wire types as this code base reads them: bigint as number, instants as Date, dates and numerics as text. */
const types = (): pg.TypeOverrides => {
  const overrides = new pg.TypeOverrides();
  overrides.setTypeParser(pg.types.builtins.INT8, int8);
  overrides.setTypeParser(pg.types.builtins.DATE, (v: string) => v);
  return overrides;
};

/** Opens a pool and the ORM on it. Connects lazily: a database that is down shows at the first query. */
export const openDatabase = async (options: DatabaseOptions): Promise<OpenDatabase> => {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.poolSize ?? 10,
    application_name: options.applicationName ?? 'cartwright',
    connectionTimeoutMillis: options.connectTimeoutMs ?? 5_000,
    idleTimeoutMillis: 30_000,
    // A shop's hot tables lie in memory: at the default price of a random page, small tables are read whole to find three rows.
    options: `-c statement_timeout=${options.statementTimeoutMs ?? 30_000} -c idle_in_transaction_session_timeout=30000 -c lock_timeout=${options.lockTimeoutMs ?? 3_000} -c timezone=UTC -c random_page_cost=1.1`,
    types: types(),
  });
  // Without a listener, a connection that the server drops while idle would end the process.
  pool.on('error', (error) => options.onConnectionLost?.(error));
  // The pool listens while a connection is idle only. One that breaks between two statements of a transaction
  // would end the process as well; here the next statement fails, and its caller is told.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const { onQuery } = options;
  const kysely = new Kysely<Database>({
    dialect: new PostgresDialect({ pool: options.prepareStatements === false ? pool : prepareOn(pool) }),
    ...(onQuery && { log: (event) => onQuery(event.query.sql, event.queryDurationMillis) }),
  });
  const orm = await MikroORM.init(ormConfig(options.url, kysely));
  return {
    orm,
    pool,
    kysely,
    close: async () => {
      await orm.close(true);
      // The ORM leaves a pool alone that it was handed; its idle connections would keep the process up for 30 s.
      if (!pool.ending) await pool.end();
    },
  };
};

const ormConfig = (url: string, kysely?: Kysely<Database>) =>
  defineConfig({
    clientUrl: url,
    entities: [...entities],
    extensions: [Migrator],
    ...(kysely && { driverOptions: kysely }),
    migrations: { migrationsList, tableName: 'schema_migrations', transactional: true, allOrNothing: true, silent: true, snapshot: false },
    discovery: { warnWhenNoEntities: false },
  });

/** Names of the migrations that a database still lacks, in the order in which they are applied. Reads only: it works with a role that may change nothing. */
export const pendingMigrations = async (db: Pick<OpenDatabase, 'pool'>): Promise<string[]> => {
  const { rows: found } = await db.pool.query<{ exists: boolean }>(`select to_regclass('schema_migrations') is not null as exists`);
  const { rows } = found[0]?.exists ? await db.pool.query<{ name: string }>('select name from schema_migrations') : { rows: [] };
  const applied = new Set(rows.map(({ name }) => name));
  return migrationsList.map(({ name }) => name).filter((name) => !applied.has(name));
};

export interface PlannedMigration {
  readonly name: string;
  /** What it runs, statement by statement. */
  readonly statements: readonly string[];
  /** Whether it also runs statements that follow from the rows it finds, which are not listed. */
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

/** Brings a database up to date. Safe to call from several processes at once: one migrates, the others wait. */
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
