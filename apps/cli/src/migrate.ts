/** `cartwright migrate`: shows and applies the migrations that the database lacks. */
import { migrateShop } from '@cartwright/core/composition';
import { assertSecretOpens } from '@cartwright/core/kernel';
import { pendingMigrations, planMigrations } from '@cartwright/db';
import { assertNoMoreArguments, readArguments, UsageError, withCore, type Command, type ExitCode } from './command.ts';
import type { Io } from './io.ts';

const help = `Usage: npm run cartwright -- migrate <plan|up|status> [--json]

  plan      shows the migrations that the database lacks, with their statements. Changes nothing.
  up        applies them in one transaction, under a lock: of two calls at once, one migrates and the other waits.
  status    shows whether the database is up to date; exits with 1 when it is not.

With a wrong CARTWRIGHT_SECRET the command fails before it changes anything. Back up the database before \`up\`.`;

const times = (count: number): string => `${count} ${count === 1 ? 'migration' : 'migrations'}`;

const plan = (io: Io, json: boolean): Promise<ExitCode> =>
  withCore<ExitCode>(io, async (core) => {
    const pending = await planMigrations(core.database);
    if (json) {
      io.say(JSON.stringify({ pending }));
      return 0;
    }
    for (const { name, statements, readsRows } of pending) {
      io.say(`-- ${name}`);
      for (const statement of statements) io.say(statement);
      if (readsRows) io.say('-- and further statements that depend on the rows of the database');
      io.say('');
    }
    io.say(
      pending.length === 0 ? 'The database is up to date.' : `-- ${times(pending.length)} to apply. Run: npm run cartwright -- migrate up`,
    );
    return 0;
  });

const up = (io: Io, json: boolean): Promise<ExitCode> =>
  withCore<ExitCode>(io, async (core) => {
    const { applied } = await migrateShop(core);
    if (json) io.say(JSON.stringify({ ok: true, applied }));
    else {
      for (const name of applied) io.say(`applied ${name}`);
      io.say(
        applied.length === 0 ? 'The database was up to date already.' : `The database is up to date: ${times(applied.length)} applied.`,
      );
    }
    return 0;
  });

const status = (io: Io, json: boolean): Promise<ExitCode> =>
  withCore<ExitCode>(io, async (core) => {
    const pending = await pendingMigrations(core.database);
    await assertSecretOpens(core);
    const isCurrent = pending.length === 0;
    if (json) io.say(JSON.stringify({ upToDate: isCurrent, pending }));
    else {
      for (const name of pending) io.say(`missing ${name}`);
      io.say(
        isCurrent ? 'The database is up to date.' : `The database lacks ${times(pending.length)}. Run: npm run cartwright -- migrate up`,
      );
    }
    return isCurrent ? 0 : 1;
  });

const run = async (args: readonly string[], io: Io): Promise<ExitCode> => {
  const { values, positionals } = readArguments(args, { json: { type: 'boolean', default: false } });
  const [what, ...more] = positionals;
  assertNoMoreArguments(more);
  if (what === 'plan') return plan(io, values.json);
  if (what === 'up') return up(io, values.json);
  if (what === 'status') return status(io, values.json);
  throw new UsageError(what === undefined ? 'Expected: plan, up or status' : `Expected plan, up or status instead of '${what}'`);
};

/** `cartwright migrate`: the migrations of the database. */
export const migrateCommand: Command = { name: 'migrate', summary: 'show or apply the migrations that the database lacks', help, run };
