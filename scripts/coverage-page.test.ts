import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { coverageFile, coveragePage } from './coverage-page.ts';

const page = coveragePage();

it('docs/coverage.md is up to date; if not, run pnpm generate', () => {
  expect(readFileSync(coverageFile, 'utf8')).toBe(page);
});

it('docs/coverage.md names a test for every procedure', () => {
  const rows = page.split('\n').filter((line) => /^\| `\w+` \| .*`\w+\.\w+`/.test(line));
  expect(rows.length).toBeGreaterThan(150);
  expect(rows.filter((row) => !row.includes('.test.ts'))).toEqual([]);
});

it('docs/coverage.md names the file that announces each event', () => {
  const rows = page.split('\n').filter((line) => /^\| `[\w.]+` \| `[\w/.-]+\.tsx?`/.test(line));
  expect(rows.length).toBeGreaterThan(40);
});
