/** `cartwright doctor`: finds problems of this machine and of the installation, each with a remedy. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { checkInstallation, type InstallationCheck } from '@cartwright/core/composition';
import { ConfigError, loadConfig } from '@cartwright/core/kernel';
import { assertNoMoreArguments, readArguments, type Command, type ExitCode } from './command.ts';
import type { Io } from './io.ts';

const help = `Usage: npm run cartwright -- doctor [--json]

Checks the machine (Node, disk, ports) and the servers of the settings: the database, its version and migrations, the secret,
Redis and its eviction policy, and the mail server. Each problem is shown with a remedy. Changes nothing.`;

/** Only in a checkout; a packaged command line does not have it. */
const machineScript = path.resolve(import.meta.dirname, '../../../scripts/doctor.mjs');

const checkMachine = (env: NodeJS.ProcessEnv): InstallationCheck[] => {
  if (!existsSync(machineScript)) return [];
  const { stdout } = spawnSync(process.execPath, [machineScript, '--json', '--machine'], { env, encoding: 'utf8' });
  return (JSON.parse(stdout) as { checks: InstallationCheck[] }).checks;
};

const checkShop = async ({ env }: Io): Promise<InstallationCheck[]> => {
  try {
    return await checkInstallation(loadConfig(env));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map((problem) => ({
      state: 'fail',
      text: `setting ${problem}`,
      remedy: 'docs/configuration.md lists the allowed values.',
    }));
  }
};

const run = async (args: readonly string[], io: Io): Promise<ExitCode> => {
  const { values, positionals } = readArguments(args, { json: { type: 'boolean', default: false } });
  assertNoMoreArguments(positionals);
  const checks = [...checkMachine(io.env), ...(await checkShop(io))];
  const failures = checks.filter(({ state }) => state === 'fail').length;
  if (values.json) io.say(JSON.stringify({ ok: failures === 0, checks }));
  else {
    for (const { state, text, remedy } of checks)
      io.say(`${(state === 'fail' ? 'FAIL' : state).padEnd(4)}  ${text}${remedy ? `\n      ${remedy}` : ''}`);
    io.say(failures === 0 ? '\nNo problems found.' : `\nProblems to fix: ${failures}`);
  }
  return failures === 0 ? 0 : 1;
};

/** `cartwright doctor`: problems of the machine or the installation. */
export const doctorCommand: Command = { name: 'doctor', summary: 'find problems of the machine or the installation', help, run };
