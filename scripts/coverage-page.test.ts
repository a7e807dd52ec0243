/** The coverage page is complete: every procedure, event and feature has its tests. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { coverageFile, coveragePage } from './coverage-page.ts';
import { featureAreas } from './features/index.ts';
import { feature } from './features/feature.ts';

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

it('docs/coverage.md lists every feature with the tests that show it, or as not built yet', () => {
  for (const { name, tests } of featureAreas.flatMap(({ features }) => features)) {
    const row = page.split('\n').find((line) => line.startsWith(`| ${name} | `));
    expect(row, name).toMatch(tests.length > 0 ? /\(`[\w./-]+`\) \|$/ : /\| not built yet \|$/);
  }
});

it.each([
  ['a procedure', feature('a feature', 'orders.vanish', 'an order has six allowed status changes'), /there is no orders\.vanish/],
  ['a test', feature('a feature', 'orders.get', 'an order never fails'), /there is no an order never fails/],
])('the page is refused while a feature names %s that does not exist', (_what, wrong, message) => {
  expect(() => coveragePage([{ name: 'Wrong', features: [wrong] }])).toThrow(message);
});
