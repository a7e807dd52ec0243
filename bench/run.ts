/** `pnpm bench [name]`: see bench/README.md for how to read the table. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { startEmbeddedPostgres } from '@cartwright/db/embedded';
import { migrateDatabase } from '@cartwright/db';
import autocannon from 'autocannon';
import { mkdtempSync, chmodSync, rmSync } from 'node:fs';

const root = path.resolve(import.meta.dirname, '..');
const seconds = 5;
const connections = 32;

interface Measured {
  readonly name: string;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly errors: number;
}

const load = async (name: string, url: string): Promise<Measured> => {
  await autocannon({ url, connections, duration: 1 });
  const runs: autocannon.Result[] = [];
  for (let i = 0; i < 3; i += 1) runs.push(await autocannon({ url, connections, duration: seconds }));
  const middle = runs.toSorted((a, b) => a.requests.average - b.requests.average)[1];
  if (!middle) throw new Error('no run');
  return {
    name,
    perSecond: middle.requests.average,
    p50: middle.latency.p50,
    p99: middle.latency.p99,
    errors: middle.errors + middle.non2xx,
  };
};

/** A server process that prints its address when it listens. */
const serve = async (file: string, env: NodeJS.ProcessEnv): Promise<{ url: string; rssMiB(): number; stop(): Promise<void> }> => {
  const child = spawn(process.execPath, [path.join(root, file)], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return {
    url: line.toString().trim(),
    rssMiB: () => Number(spawnSync('ps', ['-o', 'rss=', '-p', String(child.pid)], { encoding: 'utf8' }).stdout) / 1024,
    stop: async () => {
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
};

const dir = mkdtempSync('/var/tmp/cartwright-bench-');
chmodSync(dir, 0o755);
const database = await startEmbeddedPostgres({ dataDir: path.join(dir, 'data'), durable: true });
try {
  await migrateDatabase(database.url);
  const hello = await serve('bench/hello.ts', {});
  const api = await serve('bench/api.ts', { DATABASE_URL: database.url });
  const idle = api.rssMiB();
  const yardstick = await load('hello', hello.url);
  const rows = [
    yardstick,
    await load('ping', `${api.url}/trpc/system.ping?input=%7B%7D`),
    await load('rest-ping', `${api.url}/api/v1/ping`),
  ];
  console.table(
    rows.map((row) => ({
      name: row.name,
      'req/s': Math.round(row.perSecond),
      p50: row.p50,
      p99: row.p99,
      errors: row.errors,
      ratio: (row.perSecond / yardstick.perSecond).toFixed(2),
    })),
  );
  console.log(
    `API memory: ${idle.toFixed(0)} MiB idle, ${api.rssMiB().toFixed(0)} MiB after load. ${connections} connections, ${seconds} s, median of three.`,
  );
  await api.stop();
  await hello.stop();
} finally {
  await database.stop();
  rmSync(dir, { recursive: true, force: true });
}
