/** One database per test file, cloned from the run's template. */
import pg from 'pg';
import { inject } from 'vitest';
import { templateName } from './setup/index.ts';

/** The database of a test file. */
export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}
let counter = 0;

/** The template of the server, for an empty database without migrations. */
export const nothing = 'template1';

/**
 * Clones the migrated template, or another database of the server. The template must have no connections, so an advisory lock
 * serialises cloning.
 */
export const createTestDatabase = async (template: string = templateName): Promise<TestDatabase> => {
  const serverUrl = inject('postgresUrl');
  counter += 1;
  const name = `test_${process.pid}_${counter}`;
  const admin = new pg.Client({ connectionString: serverUrl });
  await admin.connect();
  await admin.query(`select pg_advisory_lock(hashtext('${templateName}'))`);
  await admin.query(`create database ${name} template ${template}`);
  await admin.end();
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: async () => {
      const client = new pg.Client({ connectionString: serverUrl });
      await client.connect();
      await client.query(`drop database if exists ${name} with (force)`);
      await client.end();
    },
  };
};
