/** `cartwright invariants`: runs the consistency checks of the shop's data. */
import { system } from '@cartwright/core/kernel';
import { checkInvariants } from '@cartwright/core/operations';
import { assertNoMoreArguments, readArguments, withShop, type Command, type ExitCode } from './command.ts';
import type { Io } from './io.ts';

const help = `Usage: npm run cartwright -- invariants [--json]

Checks in one database snapshot that stock, orders, money and events are consistent. Changes nothing. Exits with 1 when a check fails.`;

const run = async (args: readonly string[], io: Io): Promise<ExitCode> => {
  const { values, positionals } = readArguments(args, { json: { type: 'boolean', default: false } });
  assertNoMoreArguments(positionals);
  const report = await withShop(io, (core) => checkInvariants(core, system('cli')));
  if (values.json) {
    io.say(JSON.stringify(report));
    return report.clean ? 0 : 1;
  }
  for (const { id, title, violations, samples } of report.results) {
    io.say(`${violations === 0 ? 'ok  ' : 'FAIL'} ${id} ${title}${violations > 0 ? `: ${violations}` : ''}`);
    for (const sample of samples) io.say(`       ${JSON.stringify(sample)}`);
  }
  io.say(report.clean ? 'Every check passed.' : 'Some checks failed.');
  return report.clean ? 0 : 1;
};

/** `cartwright invariants`: whether the data of the shop is consistent. */
export const invariantsCommand: Command = {
  name: 'invariants',
  summary: 'check the consistency of stock, orders, money and events',
  help,
  run,
};
