/** Migrates the database and, with `--demo`, fills an empty shop with the demo data. Fast if there is nothing to do. */
import { closeCore, createCore, migrateShop } from '@cartwright/core/composition';
import { ConfigError, loadConfig, SecretMismatch } from '@cartwright/core/kernel';
import { seedDemo } from '@cartwright/core/seed';

const prepare = async (): Promise<void> => {
  const core = await createCore({ ...loadConfig(), logLevel: 'warn' }, { applicationName: 'cartwright-prepare' });
  try {
    const { applied } = await migrateShop(core);
    if (applied.length > 0) console.log(`applied ${applied.length} migrations`);
    if (process.argv.includes('--demo') && (await seedDemo(core))) console.log('set up the demo shop');
  } finally {
    await closeCore(core);
  }
};

await prepare().catch((error: unknown) => {
  if (!(error instanceof ConfigError || error instanceof SecretMismatch)) throw error;
  console.error(error.message);
  process.exitCode = 78;
});
