/** `cartwright repair-stock`: compares the stock counters with the ledger and the holds, and corrects them. */
import { repairStock } from '@cartwright/core/inventory';
import { system, uuidPattern } from '@cartwright/core/kernel';
import { readArguments, UsageError, withShop, type Command, type ExitCode } from './command.ts';
import type { Io } from './io.ts';

const help = `Usage: npm run cartwright -- repair-stock [--apply] [--json] [variant id ...]

Compares the stock counters of all variants, or of the given ones, with the ledger and the holds, and lists the
units on hand that orders wait for. With --apply it corrects the counters and gives orders these units; without, nothing changes.
Exits with 1 when a counter is wrong and was not corrected, or orders did not get their units.`;

type VariantId = NonNullable<Parameters<typeof repairStock>[2]['variantIds']>[number];
const isVariantId = (text: string): text is VariantId => uuidPattern.test(text);

const run = async (args: readonly string[], io: Io): Promise<ExitCode> => {
  const { values, positionals } = readArguments(args, {
    apply: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  });
  const variantIds = positionals.filter(isVariantId);
  const unknown = positionals.find((text) => !isVariantId(text));
  if (unknown !== undefined) throw new UsageError(`'${unknown}' is not the id of a variant`);
  const { changes, uncorrected, supplied, variantCount } = await withShop(io, (core) =>
    repairStock(core, system('cli'), { dryRun: !values.apply, ...(variantIds.length > 0 && { variantIds }) }),
  );
  const exitCode = uncorrected.length > 0 || (changes.length + supplied.length > 0 && !values.apply) ? 1 : 0;
  if (values.json) {
    io.say(JSON.stringify({ applied: values.apply, variantCount, changes, uncorrected, supplied }));
    return exitCode;
  }
  for (const { sku, counter, location, from, to } of changes)
    io.say(`${sku}: ${counter}${location === null ? '' : ` ${location}`} ${from} -> ${to}`);
  for (const { sku, counter, location, from, to } of uncorrected)
    io.say(`${sku}: ${counter}${location === null ? '' : ` ${location}`} ${from}, not corrected: its ledger gives ${to}`);
  for (const { sku, units } of supplied) io.say(`${sku}: ${units} on hand for orders that wait`);
  if (changes.length + uncorrected.length + supplied.length === 0) io.say('Every counter agrees with the ledger and the holds.');
  else if (changes.length === 0) io.say(values.apply ? 'No counter was corrected.' : 'No counter can be corrected.');
  else if (values.apply) io.say(`Corrected counters: ${changes.length}, of ${variantCount} variants.`);
  else io.say(`Wrong counters: ${changes.length}, of ${variantCount} variants. Run the command with --apply to correct them.`);
  return exitCode;
};

/** `cartwright repair-stock`: stock counters that differ from the ledger. */
export const repairStockCommand: Command = {
  name: 'repair-stock',
  summary: 'compare the stock counters with the ledger, and correct them',
  help,
  run,
};
