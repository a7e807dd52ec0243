/** `cartwright repair-stock`: compares the stock counters with the ledger and the holds. */
import { repairStock } from '@cartwright/core/inventory';
import { system, uuidPattern } from '@cartwright/core/kernel';
import { readArguments, UsageError, withShop, type Command, type ExitCode } from './command.ts';
import type { Io } from './io.ts';

const help = `Usage: npm run cartwright -- repair-stock [--apply] [--json] [variant id ...]

Compares the stock counters with the ledger and the holds, of all variants or of those named. Changes nothing without --apply.
Exits with 1 when a counter is wrong and stays wrong.`;

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
  const { changes, variantCount } = await withShop(io, (core) =>
    repairStock(core, system('cli'), { dryRun: !values.apply, ...(variantIds.length > 0 && { variantIds }) }),
  );
  const exitCode = changes.length > 0 && !values.apply ? 1 : 0;
  if (values.json) {
    io.say(JSON.stringify({ applied: values.apply, variantCount, changes }));
    return exitCode;
  }
  for (const { sku, counter, location, from, to } of changes)
    io.say(`${sku}: ${counter}${location === null ? '' : ` ${location}`} ${from} -> ${to}`);
  if (changes.length === 0) io.say('Every counter is what the ledger and the holds say.');
  else if (values.apply) io.say(`Put right: ${changes.length} counters of ${variantCount} variants.`);
  else io.say(`Wrong: ${changes.length} counters of ${variantCount} variants. Run it with --apply to put them right.`);
  return exitCode;
};

export const repairStockCommand: Command = {
  name: 'repair-stock',
  summary: 'compare stock counters with the ledger, and put them right',
  help,
  run,
};
