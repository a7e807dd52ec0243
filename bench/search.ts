/**
 * `node bench/search.ts [--million] [--write]`: two-word searches with facets over 1,000 and 100,000 products, and over
 * 1,000,000 by the flag, by HTTP, beside the yardstick. Each has a price bound of its own, so that none is answered from what is kept.
 */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import path from 'node:path';
import { migrateDatabase } from '@cartwright/db';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '@cartwright/db/embedded';
import pg from 'pg';
import { hammer, hammerAnew, repeat, type Load } from './load.ts';
import { cpuSeconds, startProgram, type Program } from './processes.ts';
import { must } from './scenario.ts';
import { seedCatalogue, twoWords } from './seed-catalogue.ts';
import { environment } from './stage.ts';
import { connections } from './yardsticks.ts';

const sizes = [1_000, 100_000, ...(process.argv.includes('--million') ? [1_000_000] : [])];
const runs = 3;
const seconds = 5;

/** The same numbers at every run (mulberry32). */
const randomFrom = (seed: number) => {
  let state = seed;
  return (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
};

interface Measured {
  readonly products: number;
  readonly matches: number;
  readonly loaded: Load;
  /** One search at a time. */
  readonly alone: Load;
  readonly apiMs: number;
  readonly pgMs: number;
  readonly hello: number;
  readonly seedSeconds: number;
  readonly load: string;
}
const middle = <T>(values: readonly T[], by: (value: T) => number): T => {
  const found = values.toSorted((a, b) => by(a) - by(b))[Math.floor(values.length / 2)];
  if (found === undefined) throw new Error('There was no run');
  return found;
};

const searchApi = async (api: Program, hello: Program, database: EmbeddedPostgres): Promise<Omit<Measured, 'products' | 'seedSeconds'>> => {
  const random = randomFrom(42);
  let asked = 0;
  const next = (): string =>
    `/api/v1/search?pageSize=20&q=${encodeURIComponent(twoWords(random))}&maxPriceCents=${1_000_000 + (asked += 1)}`;
  let matches = 0;
  const looked = 100;
  for (let i = 0; i < looked; i += 1) {
    const answer = (await (await fetch(api.url + next())).json()) as { items: readonly unknown[]; totalCount: number };
    must(answer.items.length === Math.min(20, answer.totalCount), 'a page is not as full as the count says');
    matches += answer.totalCount / looked;
  }
  await hammerAnew(api.url, next, connections, 3);
  const rounds = [];
  for (let i = 0; i < runs; i += 1) {
    // The yardstick beside each run, so that both meet the same neighbours.
    const rate = (await hammer([`${hello.url}/`], connections, 2)).perSecond;
    const before = [cpuSeconds(api.pid), cpuSeconds(database.pid)] as const;
    const loaded = await hammerAnew(api.url, next, connections, seconds);
    must(loaded.errors === 0, `${loaded.errors} searches failed`);
    const used = (pid: number, at: 0 | 1) => ((cpuSeconds(pid) - before[at]) * 1_000) / loaded.n;
    rounds.push({ loaded, apiMs: used(api.pid, 0), pgMs: used(database.pid, 1), hello: rate });
  }
  const alone = [];
  for (let i = 0; i < runs; i += 1)
    alone.push(await repeat(api.url, { clients: 1, seconds }, async (call) => void (await call({ method: 'GET', path: next() }))));
  const load = (loadavg()[0] ?? 0).toFixed(1);
  return { ...middle(rounds, ({ loaded, hello: rate }) => loaded.perSecond / rate), alone: middle(alone, ({ p99 }) => p99), matches, load };
};

const columns = [
  'products',
  'matches',
  'a second',
  'of hello',
  'p50 ms',
  'p99 ms',
  'API ms',
  'PG ms',
  'alone p50',
  'alone p99',
  'p99 of the first',
  'filled in s',
  'load',
];
const tell = (rows: readonly Measured[]): string => {
  const [first] = rows;
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const cells = ({ products, matches, loaded, alone, apiMs, pgMs, hello, seedSeconds, load }: Measured): string[] => [
    products.toLocaleString('en'),
    matches.toFixed(0),
    loaded.perSecond.toFixed(0),
    (loaded.perSecond / hello).toFixed(4),
    String(loaded.p50),
    String(loaded.p99),
    apiMs.toFixed(2),
    pgMs.toFixed(2),
    alone.p50.toFixed(1),
    alone.p99.toFixed(1),
    `${(loaded.p99 / (first?.loaded.p99 ?? loaded.p99)).toFixed(1)}x, alone ${(alone.p99 / (first?.alone.p99 ?? alone.p99)).toFixed(1)}x`,
    seedSeconds.toFixed(0),
    load,
  ];
  return [line(columns), line(columns.map(() => '---')), ...rows.map((row) => line(cells(row)))].join('\n');
};

const dir = mkdtempSync('/var/tmp/cartwright-bench-');
chmodSync(dir, 0o755);
const database = await startEmbeddedPostgres({ dataDir: path.join(dir, 'data'), durable: false });
const hello = await startProgram('bench/hello.ts');
const client = new pg.Client({ connectionString: database.url });
try {
  await migrateDatabase(database.url);
  await client.connect();
  const rows: Measured[] = [];
  let filled = 0;
  for (const products of sizes) {
    const began = performance.now();
    await seedCatalogue(client, filled, products);
    filled = products;
    const seedSeconds = (performance.now() - began) / 1_000;
    const api = await startProgram('apps/api/dist/main.js', environment(database.url));
    rows.push({ products, seedSeconds, ...(await searchApi(api, hello, database)) });
    await api.stop();
    console.log(tell(rows.slice(-1)));
  }
  const machine = `${availableParallelism()} x ${cpus()[0]?.model ?? 'CPU'}, Node ${process.versions.node}, ${new Date().toISOString().slice(0, 16)}Z`;
  const text = `# Searches worked out anew\n\nWritten by \`node bench/search.ts --write\`; [README.md](README.md) says how to read it.\n\n${machine}\n\n${tell(rows)}\n`;
  console.log(text);
  if (process.argv.includes('--write')) writeFileSync(path.join(import.meta.dirname, 'SEARCH.md'), text);
} finally {
  await client.end();
  await hello.stop();
  await database.stop();
  rmSync(dir, { recursive: true, force: true });
}
