/** Runs every row once with a tiny load, to test that it works and that the responses are correct. Needs the built code. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { rows } from './rows/index.ts';

// `npm start` and the packed SDK have their own tests, which take longer than all rows here.
const excludedRows = ['startup', 'types'];

describe('the benchmarks in short', () => {
  it('every benchmark row runs without a wrong response or inconsistent data', { timeout: 900_000 }, async () => {
    const names = rows.map((row) => row.name).filter((name) => !excludedRows.includes(name));
    const file = path.join(import.meta.dirname, 'run.ts');
    const { stdout } = await promisify(execFile)(process.execPath, [file, '--quick', ...names]);
    for (const name of names.filter((row) => row !== 'growth')) expect(stdout).toMatch(new RegExp(`^${name} `, 'm'));
    expect(stdout).toMatch(/^checkout at \d+ /m);
    expect(stdout).not.toContain('FAILED');
  });
});
