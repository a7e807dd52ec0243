/** Brings the database up to date and, in an empty shop, sets up the demo store. Quick when there is nothing to do. */
import { closeCore, createCore } from '@cartwright/core/composition';
import { loadConfig } from '@cartwright/core/kernel';
import { seedDemo } from '@cartwright/core/seed';
import { migrateDatabase } from '@cartwright/db';

const config = loadConfig();
const { applied } = await migrateDatabase(config.databaseUrl);
if (applied.length > 0) console.log(`applied ${applied.length} migrations`);
if (process.argv.includes('--demo')) {
  const core = await createCore({ ...config, logLevel: 'warn' }, { applicationName: 'cartwright-prepare' });
  if (await seedDemo(core)) console.log('set up the demo store');
  await closeCore(core);
}
