/** Every row once, tiny: only that it runs, and that its answers are right, is of interest. Needs the built code. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { rows } from './rows/index.ts';

// `npm start` and the packed SDK have tests of their own, which take longer than everything here.
const leftOut = ['startup', 'types'];

describe('the benchmarks in short', () => {
  it('run every row, and find no wrong answer and no inconsistent data', { timeout: 900_000 }, async () => {
    const names = rows.map((row) => row.name).filter((name) => !leftOut.includes(name));
    const file = path.join(import.meta.dirname, 'run.ts');
    const { stdout } = await promisify(execFile)(process.execPath, [file, '--quick', ...names]);
    for (const name of names.filter((row) => row !== 'growth')) expect(stdout).toMatch(new RegExp(`^${name} `, 'm'));
    expect(stdout).toMatch(/^checkout at \d+ /m);
    expect(stdout).not.toContain('FAILED');
  });
});
