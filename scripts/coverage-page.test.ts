/** The coverage page is complete: every procedure, event and unit has its tests. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { coverageFile, coveragePage } from './coverage-page.ts';
import { unitAreas } from './units/index.ts';
import { unit } from './units/unit.ts';

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

it('docs/coverage.md lists every unit with the tests that show it, or as not built yet', () => {
  for (const { name, tests } of unitAreas.flatMap(({ units }) => units)) {
    const row = page.split('\n').find((line) => line.startsWith(`| ${name} | `));
    expect(row, name).toMatch(tests.length > 0 ? /\(`[\w./-]+`\) \|$/ : /\| not built yet \|$/);
  }
});

it.each([
  ['a procedure', unit('a unit', 'orders.vanish', 'an order has six allowed status changes'), /there is no orders\.vanish/],
  ['a test', unit('a unit', 'orders.get', 'an order never fails'), /there is no an order never fails/],
])('the page is refused while a unit names %s that does not exist', (_what, wrong, message) => {
  expect(() => coveragePage([{ name: 'Wrong', units: [wrong] }])).toThrow(message);
});
