/**
 * `node bench/compare.ts <checkout A> <checkout B> [row ...] [--pairs 5] [--record name]`: alternates between two states of the shop, A B
 * A B and so on, each with its own database. Prints the medians of both and the median of the ratios B / A.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { median, runLoad } from './load/generate.ts';
import { durations, lengthOf, runBeside, runStretch, sayHello, sumOf } from './measure.ts';
import type { Row, Work } from './row.ts';
import { rows } from './rows/index.ts';
import { settle } from './stage/settle.ts';
import { openStage } from './stage/stage.ts';
import type { Stage } from './stage/stage.parts.ts';

const metrics = ['hellos', 'CPU ms', 'statements', 'transactions', 'WAL bytes', 'rate of hello', 'p50 ms'] as const;
type Metric = (typeof metrics)[number];
type Sample = Readonly<Record<Metric, number>>;
interface Side {
  readonly stage: Stage;
  readonly work: Work;
  done: number;
}

interface Counters {
  readonly statements: number;
  readonly transactions: number;
  readonly wal: number;
}
/**
 * Reads statements from `pg_stat_statements`, without those of the bench and without BEGIN and COMMIT, write transactions from transaction
 * ids, and bytes of WAL. `pg_stat_database` counts all transactions, but may be ten seconds late.
 */
const counters = async (stage: Stage): Promise<Counters> => {
  const [row] = await stage.query<Counters>(
    `select /* bench */ (select coalesce(sum(calls), 0)::float8 from pg_stat_statements
         where query not like '%/* bench */%'
            and query !~* '^\\s*(begin|commit|rollback|start|savepoint|release|set|show|listen|discard|deallocate)') as statements,
       pg_snapshot_xmax(pg_current_snapshot())::text::float8 as transactions,
        pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::float8 as wal`,
  );
  if (!row) throw new Error('The database returned no counters.');
  return row;
};

const measureSide = async (side: Side, quick: boolean): Promise<Sample> => {
  const { stage, work } = side;
  const { stretch, hello } = durations(stage);
  const length = lengthOf(work, stretch, quick);
  const beside = await work.beside?.();
  try {
    const helloBefore = await sayHello(stage, hello);
    const before = await counters(stage);
    const { load, cost } = beside ? await runBeside(stage, work, length, stretch, beside.done) : await runStretch(stage, work, length);
    const after = await counters(stage);
    const helloAfter = await sayHello(stage, hello);
    side.done += load.n;
    return {
      hellos: sumOf(cost) / ((helloBefore.cpuMs + helloAfter.cpuMs) / 2),
      'CPU ms': sumOf(cost),
      statements: (after.statements - before.statements) / load.n,
      transactions: (after.transactions - before.transactions) / load.n,
      'WAL bytes': (after.wal - before.wal) / load.n,
      'rate of hello': load.perSecond / ((helloBefore.perSecond + helloAfter.perSecond) / 2),
      'p50 ms': median(load.latencies),
    };
  } finally {
    await beside?.stop();
  }
};

/** Prepares a row on one state and warms it up. */
const openSide = async (stage: Stage, row: Row): Promise<Side> => {
  const work = await row.prepare?.(stage);
  if (!work) throw new Error(`${row.name} cannot be compared, because it is not measured in stretches.`);
  await work.before?.();
  const { n } = await runLoad(work.url ?? stage.api.url, work.clients, durations(stage).warmUp, (client, serial) =>
    work.operation(client, serial),
  );
  await settle(stage);
  return { stage, work, done: n };
};

const shown = (value: number): string => value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 3);
/** 0 / 0 counts as no change. */
const ratio = (a: number, b: number): number => (a === b ? 1 : b / a);
/** Returns one line for each metric: the medians of both states, and the median of the ratios of the pairs. */
export const compareSamples = (name: string, pairs: readonly (readonly [Sample, Sample])[]): string[][] =>
  metrics.map((metric) => {
    const ratios = pairs.map(([a, b]) => ratio(a[metric], b[metric]));
    return [
      name,
      metric,
      shown(median(pairs.map(([a]) => a[metric]))),
      shown(median(pairs.map(([, b]) => b[metric]))),
      median(ratios).toFixed(3),
      `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`,
    ];
  });

const say = (text: string): void => console.error(`${new Date().toISOString().slice(11, 19)} ${text}`);
const compareRow = async (row: Row, stages: readonly [Stage, Stage], pairs: number, quick: boolean): Promise<string[][]> => {
  const [a, b] = [await openSide(stages[0], row), await openSide(stages[1], row)];
  const samples: (readonly [Sample, Sample])[] = [];
  for (let pair = 1; pair <= pairs; pair += 1) {
    say(`${row.name} ${pair} of ${pairs}`);
    samples.push([await measureSide(a, quick), await measureSide(b, quick)]);
  }
  for (const { stage, work, done } of [a, b]) {
    await settle(stage);
    await work.check(done);
  }
  return compareSamples(row.name, samples);
};

const usage = 'Usage: node bench/compare.ts <checkout A> <checkout B> [row ...] [--pairs 5] [--quick] [--record file.md]';
const main = async (argv: readonly string[]): Promise<void> => {
  const value = (name: string): string | undefined => (argv.includes(name) ? argv[argv.indexOf(name) + 1] : undefined);
  const quick = argv.includes('--quick');
  const pairs = Number(value('--pairs') ?? 5);
  const [shopA, shopB, ...names] = argv.filter((text, i) => !text.startsWith('--') && !['--pairs', '--record'].includes(argv[i - 1] ?? ''));
  const chosen = rows.filter((row) => row.prepare && (names.length === 0 || names.includes(row.name)));
  const unknown = names.filter((name) => !chosen.some((row) => row.name === name));
  if (!shopA || !shopB || !Number.isInteger(pairs) || pairs < 1 || unknown.length > 0) {
    const known = rows.filter((row) => row.prepare).map((row) => row.name);
    console.error(`${usage}\nRows that can be compared are ${known.join(', ')}.`);
    process.exit(64);
  }
  const open = (shop: string): Promise<Stage> =>
    openStage({ shop: path.resolve(shop), quick, redis: false, countStatements: true, products: 1_000, orders: [] });
  const stages: Stage[] = [];
  try {
    say('opening both shops');
    const a = await open(shopA);
    stages.push(a);
    const b = await open(shopB);
    stages.push(b);
    const table = [['row', 'metric', 'A', 'B', 'B / A', 'range']];
    for (const row of chosen) table.push(...(await compareRow(row, [a, b], pairs, quick)));
    const text = [table[0] ?? [], (table[0] ?? []).map(() => '---'), ...table.slice(1)]
      .map((cells) => `| ${cells.join(' | ')} |`)
      .join('\n');
    console.log(text);
    const file = value('--record');
    if (file)
      writeFileSync(
        path.resolve(file),
        `# ${shopA} (A) and ${shopB} (B)\n\nMedians of ${pairs} pairs; see [the README](README.md).\n\n${text}\n`,
      );
  } finally {
    for (const stage of stages) await stage.close();
  }
};

if (process.argv[1] === import.meta.filename) await main(process.argv.slice(2));
