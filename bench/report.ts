/** The table, on the screen and in RESULTS.md. */
import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import path from 'node:path';
import type { Outcome, Scenario, Yardstick } from './scenario.ts';

export interface Line {
  readonly name: string;
  readonly outcome: Outcome;
  readonly against: Scenario['against'];
}
type Rates = ReadonlyMap<Yardstick, number>;

const columns = ['name', 'n', 'clients', 'per second', 'p50 ms', 'p99 ms', 'API ms', 'PG ms', 'errors', 'ratio', 'first', 'aim'] as const;
const shown = (value: number | undefined, digits = 0): string => (value === undefined || Number.isNaN(value) ? '' : value.toFixed(digits));
/** Small rates need a digit more than large ones. */
const rate = (value: number | undefined): string => shown(value, value !== undefined && value < 100 ? 1 : 0);

const cells = ({ name, outcome: o, against }: Line, rates: Rates): string[] => {
  const yardstick = against && rates.get(against.yardstick);
  const ratio = yardstick && o.perSecond ? `${(o.perSecond / yardstick).toFixed(3)} of ${against.yardstick}` : '';
  return [
    name,
    shown(o.n),
    shown(o.concurrency),
    rate(o.perSecond),
    shown(o.p50, 1),
    shown(o.p99, 1),
    shown(o.apiCpuMs, 2),
    shown(o.pgCpuMs, 2),
    shown(o.errors),
    ratio,
    against ? String(against.first) : '',
    against ? String(against.aim) : '',
  ];
};

export const printTable = (lines: readonly Line[], rates: Rates): string => {
  const rows = [[...columns], ...lines.map((line) => cells(line, rates))];
  const widths = columns.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const text = rows.map((row) =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
  const notes = lines.flatMap(({ name, outcome }) => (outcome.note ? [`${name}: ${outcome.note}`] : []));
  return [...text, '', ...notes, machine()].join('\n');
};

const machine = (): string =>
  `${availableParallelism()} x ${cpus()[0]?.model ?? 'CPU'}, Node ${process.versions.node}, load ${loadavg()
    .map((l) => l.toFixed(1))
    .join(' ')}, ${new Date().toISOString().slice(0, 16)}Z`;

/** Keeps the table for those who come later. */
export const writeResults = (lines: readonly Line[], rates: Rates): void => {
  const row = (texts: readonly string[]) => `| ${texts.join(' | ')} |`;
  const notes = lines.flatMap(({ name, outcome }) => (outcome.note ? [`- ${name}: ${outcome.note}`] : []));
  const text = [
    '# Results',
    '',
    'Written by `pnpm bench --write`; [README.md](README.md) says how to read it. A load average above the number of',
    'cores means that others were at work on the machine: rates are low then, and ratios less sure.',
    '',
    machine(),
    '',
    row(columns),
    row(columns.map(() => '---')),
    ...lines.map((line) => row(cells(line, rates))),
    '',
    ...notes,
    '',
  ].join('\n');
  writeFileSync(path.join(import.meta.dirname, 'RESULTS.md'), text);
};
