/** `npm run cartwright -- <command>`: the command line of the shop. Builds it first if the user may write to the folder. */
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { build } from './build.ts';

const root = path.resolve(import.meta.dirname, '..');
const program = path.join(root, 'apps/cli/dist/main.js');

/**
 * Without DATABASE_URL, uses the settings of the shop that `npm start` runs in this folder for all variables that are not set.
 * Returns a hint if no such shop runs.
 */
const useRunningShop = (): string | null => {
  if (process.env['DATABASE_URL']?.trim()) return null;
  const state = process.env['CARTWRIGHT_STATE'] ? path.resolve(process.env['CARTWRIGHT_STATE']) : path.join(root, '.cartwright');
  const file = path.join(state, 'run.json');
  const { settings = {} } = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { settings?: Record<string, string> }) : {};
  if (!settings['DATABASE_URL']) return 'No shop runs in this folder. Run `npm start`, or set DATABASE_URL and CARTWRIGHT_SECRET.';
  const secret = path.join(state, 'secret');
  const given = { ...settings, ...(existsSync(secret) && { CARTWRIGHT_SECRET: readFileSync(secret, 'utf8').trim() }) };
  for (const [name, value] of Object.entries(given)) if (!process.env[name]?.trim()) process.env[name] = value;
  return null;
};

/** The user of a service often may only read the installation. Then the user who installed it must have built it. */
const mayWrite = (): boolean => {
  try {
    accessSync(root, constants.W_OK);
    return true;
  } catch {
    return false;
  }
};

const complaint = mayWrite()
  ? build()
  : existsSync(program)
    ? null
    : 'Cartwright is not built. Run `npm run build` as the owner of this folder.';
const hint = useRunningShop();
if (complaint === null) {
  await import(program);
  if (hint !== null && process.exitCode === 1) process.stderr.write(`${hint}\n`);
} else {
  process.stderr.write(`${complaint}\n`);
  process.exitCode = 1;
}
