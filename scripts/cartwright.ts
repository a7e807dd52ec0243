/** `npm run cartwright -- <command>`: the command line of the shop, built first where this user may write. */
import { accessSync, constants, existsSync } from 'node:fs';
import path from 'node:path';
import { build } from './build.ts';

const root = path.resolve(import.meta.dirname, '..');
const program = path.join(root, 'apps/cli/dist/main.js');

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
if (complaint === null) await import(program);
else {
  process.stderr.write(`${complaint}\n`);
  process.exitCode = 1;
}
