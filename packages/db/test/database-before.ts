/** Databases for tests of migrations. Call these at the top of a test file; the databases are dropped after its tests. */
import pg from 'pg';
import { afterAll, inject } from 'vitest';
import { openDatabase, pendingMigrations } from '../src/index.ts';

/** Runs one statement, or several without parameters, on its own connection. */
export const runOn = async <T extends pg.QueryResultRow>(url: string, statement: string): Promise<T[]> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<T>(statement);
    return rows;
  } finally {
    await client.end();
  }
};

let made = 0;

/** Creates an empty database on the test server. Returns its URL. */
export const anEmptyDatabase = async (): Promise<string> => {
  const server = inject('postgresUrl');
  const name = `migrations_${process.pid}_${(made += 1)}`;
  await runOn(server, `create database ${name}`);
  afterAll(() => runOn(server, `drop database if exists ${name} with (force)`));
  return Object.assign(new URL(server), { pathname: `/${name}` }).href;
};

export interface DatabaseBefore {
  readonly url: string;
  /** Runs a statement on the database. */
  ask<T extends pg.QueryResultRow>(statement: string): Promise<T[]>;
}

/** Creates a database with all migrations before the named one. */
export const databaseBefore = async (migration: string): Promise<DatabaseBefore> => {
  const url = await anEmptyDatabase();
  const db = await openDatabase({ url });
  const all = await pendingMigrations(db);
  if (!all.includes(migration)) throw new Error(`There is no migration ${migration}`);
  await db.orm.migrator.up({ migrations: all.slice(0, all.indexOf(migration)) });
  await db.close();
  return { url, ask: (statement) => runOn(url, statement) };
};

/** Returns the id of a test row by its number. */
export const idOf = (n: number): string => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;
