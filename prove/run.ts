/** `pnpm prove`: see prove/README.md. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { loadConfig, type CoreConfig } from '@cartwright/core/kernel';
import { migrateDatabase } from '@cartwright/db';
import { ensureDatabase, freePort, startEmbeddedPostgres } from '@cartwright/db/embedded';
import { faults } from './faults.ts';
import { runTrial, type TrialReport } from './trial.ts';

const { values } = parseArgs({
  options: {
    buyers: { type: 'string', default: '2000' },
    units: { type: 'string', default: '100' },
    seeds: { type: 'string', default: '1,2,3,4,5' },
    faults: { type: 'string', default: faults.map((fault) => fault.name).join(',') },
    queues: { type: 'string', default: 'postgresql,redis' },
    apis: { type: 'string', default: '2' },
    verbose: { type: 'boolean', default: false },
    'without-payments': { type: 'boolean', default: false },
  },
});
const numbers = (text: string): number[] => text.split(',').map(Number);
const chosen = values.faults.split(',').map((name) => {
  const fault = faults.find((f) => f.name === name);
  if (!fault) throw new Error(`There is no fault ${name}. Faults are ${faults.map((f) => f.name).join(', ')}.`);
  return fault;
});

/** Starts a private Redis; null without `redis-server` on PATH. */
const startRedis = async (): Promise<{ url: string; stop(): void } | null> => {
  const port = await freePort();
  const child = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--maxmemory-policy', 'noeviction'], {
    stdio: 'ignore',
  });
  const failed = await Promise.race([
    new Promise<true>((resolve) => child.once('error', () => resolve(true))),
    pause(500).then(() => false),
  ]);
  return failed ? null : { url: `redis://127.0.0.1:${port}`, stop: () => void child.kill() };
};

const dir = mkdtempSync('/var/tmp/cartwright-prove-');
chmodSync(dir, 0o755);
const cluster = { dataDir: path.join(dir, 'data'), durable: true, port: await freePort() };
let database = await startEmbeddedPostgres(cluster);
/** Kills PostgreSQL like a power failure, and starts it again; it replays its log. */
const restartDatabase = async (): Promise<void> => {
  process.kill(database.pid, 'SIGQUIT');
  await database.stop();
  database = await startEmbeddedPostgres({ ...cluster, port: database.port });
};
const redis = values.queues.includes('redis') ? await startRedis() : null;
if (values.queues.includes('redis') && !redis) console.log('No redis-server on PATH: trials with queues on Redis are skipped.');

const secret = randomBytes(32).toString('base64');
const configOf = (databaseUrl: string, redisUrl: string | null): CoreConfig => ({
  ...loadConfig({ CARTWRIGHT_ENV: 'test', CARTWRIGHT_SECRET: secret, DATABASE_URL: databaseUrl, LOG_LEVEL: 'warn' }),
  redisUrl,
  redisPrefix: new URL(databaseUrl).pathname.slice(1),
});

const backends = [...(values.queues.includes('postgresql') ? [null] : []), ...(redis ? [redis.url] : [])];
const plan = backends.flatMap((redisUrl) =>
  chosen
    .filter((fault) => fault.possible({ redisUrl, ownDatabase: true }))
    .flatMap((fault) => numbers(values.seeds).map((seed) => ({ redisUrl, fault, seed }))),
);

const line = (report: TrialReport): string => {
  const statuses = Object.entries(report.statuses).map(([status, n]) => `${status === '0' ? 'broken' : status}:${n}`);
  return (
    `${report.problems.length === 0 ? 'passed' : 'FAILED'}  ${report.queues.padEnd(10)} ${report.fault.padEnd(16)} seed ` +
    `${String(report.seed).padEnd(4)} ` +
    `${report.orders} orders of ${report.units} units, ${report.refused} refused, ${report.perSecond}/s, p50 ${report.p50} ms, ` +
    `p99 ${report.p99} ms, ${statuses.join(' ')}`
  );
};

const details = ({ served, steps }: TrialReport): string[] => [
  `served after each second: ${served.map((share) => `${Math.round(share * 100)} %`).join(', ')}`,
  ...steps.map(({ step, p50, p99 }) => `${step}: p50 ${p50} ms, p99 ${p99} ms`),
];

const reports: TrialReport[] = [];
try {
  console.log(`${plan.length} trials of ${values.buyers} buyers and ${values.units} units`);
  for (const [n, { redisUrl, fault, seed }] of plan.entries()) {
    const url = await ensureDatabase(database.url, `prove_${n + 1}`);
    await migrateDatabase(url);
    const report = await runTrial({
      config: configOf(url, redisUrl),
      buyers: Number(values.buyers),
      units: Number(values.units),
      seed,
      fault,
      restartDatabase,
      apis: Number(values.apis),
      payments: !values['without-payments'],
      onProgress: (done) =>
        process.stdout.isTTY && process.stdout.write(`\r  ${n + 1} of ${plan.length}: ${done} buyers have a final response `),
    });
    reports.push(report);
    console.log(`${process.stdout.isTTY ? '\r\u001b[K' : ''}${line(report)}`);
    if (values.verbose) for (const detail of details(report)) console.log(`         ${detail}`);
    for (const problem of report.problems) console.log(`         ${problem}`);
  }
} finally {
  redis?.stop();
  await database.stop();
  rmSync(dir, { recursive: true, force: true });
}
const failed = reports.filter((report) => report.problems.length > 0).length;
const orders = reports.reduce((sum, report) => sum + report.orders, 0);
const asked = reports.reduce((sum, report) => sum + report.buyers, 0);
console.log(
  failed === 0
    ? `Every trial passed: ${orders} units sold to ${asked} buyers in ${reports.length} trials; no unit oversold or withheld, no ` +
        'order lost or charged twice.'
    : `${failed} of ${reports.length} trials failed.`,
);
process.exitCode = failed === 0 ? 0 : 1;
