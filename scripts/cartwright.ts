/** `npm run cartwright -- <command>`: the command line of the shop, built first where this user may write. */
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { build } from './build.ts';

const root = path.resolve(import.meta.dirname, '..');
const program = path.join(root, 'apps/cli/dist/main.js');

/**
 * Without DATABASE_URL the command is for the shop that `npm start` runs in this folder: its settings are used where the environment
 * has none. Answers a hint when there is no such shop.
 */
const useRunningShop = (): string | null => {
  if (process.env['DATABASE_URL']?.trim()) return null;
  const state = process.env['CARTWRIGHT_STATE'] ? path.resolve(process.env['CARTWRIGHT_STATE']) : path.join(root, '.cartwright');
  const file = path.join(state, 'run.json');
  const { settings = {} } = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { settings?: Record<string, string> }) : {};
  if (!settings['DATABASE_URL']) return 'No shop of npm start runs in this folder. Start it, or set DATABASE_URL and CARTWRIGHT_SECRET.';
  const secret = path.join(state, 'secret');
  const given = { ...settings, ...(existsSync(secret) && { CARTWRIGHT_SECRET: readFileSync(secret, 'utf8').trim() }) };
  for (const [name, value] of Object.entries(given)) if (!process.env[name]?.trim()) process.env[name] = value;
  return null;
};

/** A service's own user may read the installation only: then whoever installed it has built it. */
const mayWrite = (): boolean => {
  try {
    accessSync(root, constants.W_OK);
    return true;
  } catch {
    return false;
  }
};

const complaint = mayWrite() ? build() : existsSync(program) ? null : 'Cartwright is not built. Its owner runs: npm run build';
const hint = useRunningShop();
if (complaint === null) {
  await import(program);
  if (hint !== null && process.exitCode === 1) process.stderr.write(`${hint}\n`);
} else {
  process.stderr.write(`${complaint}\n`);
  process.exitCode = 1;
}
