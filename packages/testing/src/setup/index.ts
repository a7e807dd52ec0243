/** Vitest's global set-up: one throw-away PostgreSQL for the run, with a migrated template to clone databases from. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { migrateDatabase } from '@cartwright/db';
import { startEmbeddedPostgres } from '@cartwright/db/embedded';
import pg from 'pg';
import type { TestProject } from 'vitest/node';

/** The name of the migrated database that tests clone. */
export const templateName = 'cartwright_template';
/** A migrated database with the demo shop; created by the first test that needs it. */
export const demoTemplateName = 'cartwright_template_demo';

declare module 'vitest' {
  interface ProvidedContext {
    /** URL of the run's PostgreSQL, database `postgres`. */
    postgresUrl: string;
  }
}

/** Creates the template again: migrated and empty. */
const makeTemplate = async (serverUrl: string): Promise<void> => {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  for (const name of [templateName, demoTemplateName]) await client.query(`drop database if exists ${name}`);
  await client.query(`create database ${templateName}`);
  const url = new URL(serverUrl);
  url.pathname = `/${templateName}`;
  await migrateDatabase(url.href);
  await client.end();
};

/** Starts the server and migrates the template; the returned function stops the server. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['TEST_DATABASE_URL'];
  if (given) {
    await makeTemplate(given);
    project.provide('postgresUrl', given);
    return async () => undefined;
  }
  const dir = mkdtempSync('/var/tmp/cartwright-test-');
  chmodSync(dir, 0o755);
  const server = await startEmbeddedPostgres({ dataDir: path.join(dir, 'data'), durable: false });
  await makeTemplate(server.url);
  project.provide('postgresUrl', server.url);
  return async () => {
    await server.stop();
    rmSync(dir, { recursive: true, force: true });
  };
}
