/** How long the steps and the test files of `npm test` take. The durations of the last run are kept, to compare the next run with them. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Seconds by name. */
export type Durations = Readonly<Record<string, number>>;

const file = path.resolve(import.meta.dirname, '../node_modules/.cache/test-durations.json');

/** Keeps the durations of the test files of a run. */
export const keepTestDurations = (durations: Durations): void => {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(durations));
};

/** Reads the durations of the test files that the last run kept; none if there was no run. */
export const readTestDurations = (): Durations => (existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Durations) : {});

const inSeconds = (seconds: number): string => `${seconds.toFixed(1)} s`.padStart(9);

/** One line for each step, in the order of the run. */
export const stepLines = (steps: Durations): string[] => Object.entries(steps).map(([name, seconds]) => `${inSeconds(seconds)}  ${name}`);

/** One line for each of the slowest test files, the slowest first, with its duration in the previous run. */
export const slowestLines = (files: Durations, previous: Durations, count = 10): string[] =>
  Object.entries(files)
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, count)
    .map(([name, seconds]) => {
      const before = previous[name];
      return `${inSeconds(seconds)}  ${name}${before === undefined ? '' : ` (${inSeconds(before).trim()} in the previous run)`}`;
    });
