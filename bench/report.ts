/** Prints the results, writes RESULTS.md, and records results for comparison with later states. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import path from 'node:path';
import type { Line } from './row.ts';
import type { StageOptions } from './stage/stage.parts.ts';

const columns = [
  'row',
  'n',
  'clients',
  'per second',
  'rate of hello',
  'p50 ms',
  'p99 ms',
  'API ms',
  'PG ms',
  'worker ms',
  'hellos',
  'spread',
  'next goal; final goal',
] as const;

const shown = (value: number | undefined, digits: number): string => (value === undefined ? '' : value.toFixed(digits));
/** Formats a value: small values get more digits than large ones. */
const measured = (value: number | undefined): string => shown(value, value === undefined || value >= 100 ? 0 : value >= 10 ? 1 : 2);
const cpu = (value: number | undefined): string => shown(value, value !== undefined && value >= 10 ? 1 : 3);

const cells = (line: Line): string[] => [
  line.name,
  shown(line.n, 0),
  shown(line.clients, 0),
  measured(line.perSecond),
  line.ofHelloRate === undefined ? '' : line.ofHelloRate.toFixed(4),
  shown(line.p50, 1),
  shown(line.p99, 1),
  cpu(line.cost?.api),
  // Redis does work that PostgreSQL does otherwise, so its time is in the same column.
  cpu(line.cost && line.cost.postgres + line.cost.redis),
  cpu(line.cost?.worker),
  measured(line.hellos),
  line.spread ? line.spread.map(measured).join(' to ') : '',
  line.goal ?? '',
];
const notesOf = (lines: readonly Line[]): string[] => lines.flatMap(({ name, notes }) => notes.map((note) => `${name}: ${note}`));

export interface RunDescription {
  readonly machine: string;
  readonly node: string;
  readonly load: string;
  readonly at: string;
  readonly commit: string;
  readonly options: string;
  readonly seconds: number;
}
const commitOf = (shop: string): string => {
  try {
    const git = (...args: string[]): string => execFileSync('git', ['-C', shop, ...args], { encoding: 'utf8' }).trim();
    return `${git('rev-parse', '--short', 'HEAD')}${git('status', '--porcelain', '--', 'apps', 'packages') === '' ? '' : ' with changes'}`;
  } catch {
    return 'unknown';
  }
};
export const describeRun = (options: StageOptions, seconds: number): RunDescription => ({
  machine: `${availableParallelism()} x ${cpus()[0]?.model ?? 'CPU'}`,
  node: process.versions.node,
  load: loadavg()
    .map((load) => load.toFixed(1))
    .join(' '),
  at: `${new Date().toISOString().slice(0, 16)}Z`,
  commit: commitOf(options.shop),
  options:
    `${options.products} ` + `products${options.redis ? ', with Redis' : ''}${options.quick ? ', QUICK: these numbers mean nothing' : ''}`,
  seconds,
});
const described = (about: RunDescription): string =>
  `${about.machine}, Node ${about.node}, load ${about.load}, ${about.at}, commit ${about.commit}, ${about.options}, ` +
  `${(about.seconds / 60).toFixed(1)} minutes`;

/** The table as plain text. */
export const printTable = (lines: readonly Line[], about: RunDescription): string => {
  const rows = [[...columns], ...lines.map(cells)];
  const widths = columns.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const text = rows.map((row) =>
    row
      .map((cell, i) => (i === 0 || i === columns.length - 1 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
  return [...text, '', ...notesOf(lines), '', described(about)].join('\n');
};

/** The table as Markdown. */
export const toMarkdown = (title: string, lines: readonly Line[], about: RunDescription): string => {
  const row = (texts: readonly string[]): string => `| ${texts.join(' | ')} |`;
  return [
    `# ${title}`,
    '',
    'Written by `pnpm bench`; [the README](README.md) explains the columns. A load average well above the number of cores means that',
    'other processes used the machine: CPU times are still meaningful then, rates and latencies hardly.',
    '',
    described(about),
    '',
    row(columns),
    row(columns.map(() => '---')),
    ...lines.map((line) => row(cells(line))),
    '',
    ...notesOf(lines).map((note) => `- ${note}`),
    '',
  ].join('\n');
};

/** Replaces RESULTS.md; it contains no results of earlier runs. */
export const writeResults = (lines: readonly Line[], about: RunDescription): void =>
  writeFileSync(path.join(import.meta.dirname, 'RESULTS.md'), toMarkdown('Results', lines, about));

/** Records a run as `<name>.md` for people and `<name>.json` for programs. */
export const recordResults = (name: string, lines: readonly Line[], about: RunDescription): void => {
  const file = path.resolve(name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(`${file}.md`, toMarkdown(`State of ${about.commit}`, lines, about).replace('(README.md)', '(../README.md)'));
  writeFileSync(`${file}.json`, `${JSON.stringify({ about, lines }, null, 2)}\n`);
};
