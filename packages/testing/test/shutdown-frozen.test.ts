/** API and worker are stopped while PostgreSQL accepts connections but does not respond, like a paused machine. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { execFileSync } from 'node:child_process';
import { migrateDatabase } from '@cartwright/db';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '@cartwright/db/embedded';
import { startApiProcess, startWorkerProcess, testConfig } from '@cartwright/testing';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';

const folder = mkdtempSync('/var/tmp/cartwright-frozen-');
chmodSync(folder, 0o755);
let database: EmbeddedPostgres;
beforeAll(async () => {
  database = await startEmbeddedPostgres({ dataDir: path.join(folder, 'data'), durable: false });
  await migrateDatabase(database.url);
});
afterAll(async () => {
  await database.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The process ids of PostgreSQL and its child processes. */
const serverPids = (): number[] => {
  const children = execFileSync('ps', ['-o', 'pid=', '--ppid', String(database.pid)]).toString();
  return [database.pid, ...children.split(/\s+/).filter(Boolean).map(Number)];
};
const signalAll = (pids: readonly number[], signal: NodeJS.Signals): void => {
  for (const pid of pids)
    try {
      process.kill(pid, signal);
    } catch {
      // The process has already ended.
    }
};

it('API and worker exit with code 0 on SIGTERM while PostgreSQL does not respond', { timeout: 120_000 }, async () => {
  const at = { url: database.url, config: testConfig(database.url) };
  const shop = await Promise.all([startApiProcess(at), startWorkerProcess(at)]);
  for (const { url } of shop) await vi.waitFor(async () => expect((await fetch(`${url}/readyz`)).status).toBe(200), 30_000);
  const pids = serverPids();
  signalAll(pids, 'SIGSTOP');
  const killed = setTimeout(() => shop.forEach((member) => member.signal('SIGKILL')), 90_000);
  try {
    const inOrder = { code: 0, signal: null };
    expect(await Promise.all(shop.map((member) => member.stop()))).toEqual([inOrder, inOrder]);
  } finally {
    clearTimeout(killed);
    signalAll(pids, 'SIGCONT');
  }
});
