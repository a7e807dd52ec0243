import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { slowestLines, stepLines } from './durations.ts';
import { slowest } from './slowest-first.sequencer.ts';
import { runTogether, stepDurations } from './test-tools.ts';

const files = Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`file-${n}.test.ts`, n * 1.5]));

it('npm test names the ten slowest test files, the slowest first, each with its duration in the previous run', () => {
  const lines = slowestLines(files, { 'file-11.test.ts': 20 });
  expect(lines).toHaveLength(10);
  expect(lines.slice(0, 2)).toEqual(['   16.5 s  file-11.test.ts (20.0 s in the previous run)', '   15.0 s  file-10.test.ts']);
});

it('npm test shows the duration of every static check in the order of the run', () => {
  expect(stepLines({ types: 34.52, lint: 5 })).toEqual(['   34.5 s  types', '    5.0 s  lint']);
});

it('the test files that npm test starts first exist', () => {
  expect(slowest.filter((file) => !existsSync(path.join(import.meta.dirname, '..', file)))).toEqual([]);
});

it('npm test runs the static checks at the same time and counts those that succeed', async () => {
  const node = (title: string, code: string) => [title, process.execPath, ['-e', code]] as const;
  const steps = [node('good', '0'), node('bad', 'process.exitCode = 1'), ['absent', 'no-such-program-anywhere', []] as const];
  expect(await runTogether(steps)).toBe(1);
  expect(Object.keys(stepDurations).toSorted()).toEqual(['absent', 'bad', 'good']);
});
