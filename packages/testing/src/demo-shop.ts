/** The demo store for a test file. It takes seconds to set up, so it is set up once a run and copied. */
import { closeCore, createCore, type CoreOverrides } from '@cartwright/core/composition';
import { seedDemo } from '@cartwright/core/seed';
import pg from 'pg';
import { inject } from 'vitest';
import { demoTemplateName } from './setup/index.ts';
import { createTestShop, testConfig, type TestShop } from './test-core.ts';
import { createTestDatabase } from './test-database.ts';

/** Makes the template unless it is there. One test file makes it, others wait for it. */
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
    // It takes its name when it is whole, so that nobody copies half of it.
    await client.query(`alter database ${new URL(database.url).pathname.slice(1)} rename to ${demoTemplateName}`);
  } finally {
    await client.end();
  }
};

/** A shop with the demo store in it, with a sale that is open. Call `close` when the file is done. */
export const createDemoShop = async (overrides: CoreOverrides = {}): Promise<TestShop> => {
  await provideTemplate();
  const shop = await createTestShop({}, overrides, demoTemplateName);
  await seedDemo(shop.core);
  return shop;
};
