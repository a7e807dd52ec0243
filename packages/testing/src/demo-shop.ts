/** The demo shop for a test file. Creating it takes seconds, so it is created once a run and copied. */
import { closeCore, createCore, type CoreOverrides } from '@cartwright/core/composition';
import { seedDemo } from '@cartwright/core/seed';
import pg from 'pg';
import { inject } from 'vitest';
import { demoTemplateName } from './setup/index.ts';
import { createTestShop, testConfig, type TestShop } from './test-core.ts';
import { createTestDatabase } from './test-database.ts';

/** Creates the template unless it exists. One test file creates it, others wait. */
const provideTemplate = async (): Promise<void> => {
  const client = new pg.Client({ connectionString: inject('postgresUrl') });
  await client.connect();
  try {
    await client.query(`select pg_advisory_lock(hashtext('${demoTemplateName}'))`);
    const { rowCount } = await client.query('select from pg_database where datname = $1', [demoTemplateName]);
    if (rowCount) return;
    const database = await createTestDatabase();
    const core = await createCore(testConfig(database.url));
    await seedDemo(core);
    await closeCore(core);
    // Renamed when complete, so that no test copies an incomplete template.
    await client.query(`alter database ${new URL(database.url).pathname.slice(1)} rename to ${demoTemplateName}`);
  } finally {
    await client.end();
  }
};

/** Opens a shop with the demo shop and an open flash sale. Call `close` after the tests of the file. */
export const createDemoShop = async (overrides: CoreOverrides = {}): Promise<TestShop> => {
  await provideTemplate();
  const shop = await createTestShop({}, overrides, demoTemplateName);
  await seedDemo(shop.core);
  return shop;
};
