/**
 * `pnpm repair:stock [--apply] [variant id ...]`: compares the stock counters of the shop at DATABASE_URL
 * with its ledger and holds, and says what is wrong. Changes nothing without `--apply`. Exits with 1 when
 * something is wrong and stays wrong.
 */
import { parseArgs } from 'node:util';
import { closeCore, createCore } from '@cartwright/core/composition';
import { repairStock } from '@cartwright/core/inventory';
import { loadConfig, system, uuidPattern } from '@cartwright/core/kernel';

const { values, positionals } = parseArgs({ options: { apply: { type: 'boolean', default: false } }, allowPositionals: true });
const isVariantId = (text: string): text is NonNullable<Parameters<typeof repairStock>[2]['variantIds']>[number] => uuidPattern.test(text);
const variantIds = positionals.filter(isVariantId);
if (variantIds.length < positionals.length) {
  console.error('usage: pnpm repair:stock [--apply] [variant id ...]');
  process.exit(64);
}
const core = await createCore({ ...loadConfig(), logLevel: 'warn' }, { applicationName: 'cartwright-repair' });
const { changes, variantCount } = await repairStock(core, system('cli'), {
  dryRun: !values.apply,
  ...(variantIds.length > 0 && { variantIds }),
});
await closeCore(core);
for (const { sku, counter, location, from, to } of changes)
  console.log(`${sku}: ${counter}${location === null ? '' : ` ${location}`} ${from} -> ${to}`);
if (changes.length === 0) console.log('Every counter is what the ledger and the holds say.');
else if (values.apply) console.log(`Put right: ${changes.length} counters of ${variantCount} variants.`);
else console.log(`Wrong: ${changes.length} counters of ${variantCount} variants. Run it with --apply to put them right.`);
process.exitCode = changes.length > 0 && !values.apply ? 1 : 0;
