/** `cartwright doctor`: what is wrong with this machine and with the shop's installation, and what to do about it. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { checkInstallation, type InstallationCheck } from '@cartwright/core/composition';
import { ConfigError, loadConfig } from '@cartwright/core/kernel';
import { assertNoMore, readArguments, type Command, type ExitCode } from './command.ts';
import type { Io } from './io.ts';

const help = `Usage: npm run cartwright -- doctor [--json]

Looks at the machine (Node, disk, ports) and at what the settings name: the database, its version and migrations, whether the
secret opens it, Redis and what it does when it is full, and the mail server. Each problem comes with what to do about it. Changes nothing.`;

/** Part of a checkout; a packaged command line comes without it. */
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
      remedy: 'docs/configuration.md says what it takes.',
    }));
  }
};

const run = async (args: readonly string[], io: Io): Promise<ExitCode> => {
  const { values, positionals } = readArguments(args, { json: { type: 'boolean', default: false } });
  assertNoMore(positionals);
  const checks = [...checkMachine(io.env), ...(await checkShop(io))];
  const failures = checks.filter(({ state }) => state === 'fail').length;
  if (values.json) io.say(JSON.stringify({ ok: failures === 0, checks }));
  else {
    for (const { state, text, remedy } of checks)
      io.say(`${(state === 'fail' ? 'FAIL' : state).padEnd(4)}  ${text}${remedy ? `\n      ${remedy}` : ''}`);
    io.say(failures === 0 ? '\nNothing is wrong.' : `\n${failures} to put right.`);
  }
  return failures === 0 ? 0 : 1;
};

export const doctorCommand: Command = { name: 'doctor', summary: 'find out what is wrong with the machine or the installation', help, run };
