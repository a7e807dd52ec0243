/** The worker process. */
import './production.ts';
import { setTimeout as pause } from 'node:timers/promises';
import { closeCore, createCore, openGate } from '@cartwright/core/composition';
import { ConfigError, isDatabaseUnavailable, SecretMismatch, withinTime } from '@cartwright/core/kernel';
import { Registry } from 'prom-client';
import { startHealth } from './health.ts';
import { loadSettings } from './settings.ts';
import { startWorker, type ShopWorker } from './worker.ts';

/** Exit code of a start with wrong settings. Service managers are configured not to restart the process after it. */
const wrongSettings = 78;
const refuse = (error: unknown): never => {
  if (!(error instanceof ConfigError || error instanceof SecretMismatch)) throw error;
  console.error(error.message);
  process.exit(wrongSettings);
};
const readSettings = (): ReturnType<typeof loadSettings> => {
  try {
    return loadSettings();
  } catch (error) {
    return refuse(error);
  }
};

const { config, worker: settings } = readSettings();
const core = await createCore(config, { applicationName: 'cartwright-worker' });
const gate = await openGate(core).catch(refuse);
const registry = new Registry();
let worker: ShopWorker | undefined;
const notReadyReason = (): string | null => gate.obstacle?.message ?? (worker ? worker.notReadyReason() : 'the worker is starting');
const health = await startHealth(
  { registry, notReadyReason, absentConsumers: () => worker?.absentConsumers() ?? [] },
  { ...settings, metricsToken: config.metricsToken },
).catch((error: NodeJS.ErrnoException) => {
  console.error(error.code === 'EADDRINUSE' ? `Port ${settings.port} is in use. Set WORKER_PORT to another port, or to 0.` : error.message);
  process.exit(1);
});
core.log.info({ url: health.url, queues: config.redisUrl ? 'redis' : 'postgresql' }, 'the worker answers health checks');

/** Longest wait for running jobs at shutdown. The next worker finds unfinished work in PostgreSQL. */
const drainMs = 30_000;
/** Longest wait for PostgreSQL at the end of the shutdown: a database that does not answer must not keep the process alive. */
const closeMs = 5_000;
let closing = false;
const shutDown = async (signal: string): Promise<void> => {
  if (closing) return;
  closing = true;
  core.log.info({ signal }, 'shutting down: finishing running jobs');
  gate.close();
  if (worker)
    await withinTime(worker.close(), drainMs, () =>
      core.log.warn(`jobs that still run after ${drainMs / 1_000} s are left to the next worker`),
    );
  await health.close();
  await withinTime(closeCore(core), closeMs, () => core.log.warn('PostgreSQL does not answer; its connections are not closed'));
};
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.on(signal, () => {
    shutDown(signal).then(
      () => process.exit(0),
      (error: unknown) => {
        core.log.fatal({ err: error }, 'the shutdown failed');
        process.exit(1);
      },
    );
  });

/** Pause before the worker starts again, when the database became unavailable during its start. */
const startAgainMs = 1_000;
const startOnceItCan = async (): Promise<ShopWorker | undefined> => {
  while (!closing)
    try {
      return await startWorker(core, {
        jobLockSeconds: settings.jobLockSeconds,
        staleAfterSeconds: settings.recoverAfterSeconds,
        registry,
      });
    } catch (error) {
      if (!isDatabaseUnavailable(error)) throw error;
      core.log.warn({ err: error }, 'the database became unavailable while the worker started; it starts again');
      await pause(startAgainMs);
    }
  return undefined;
};

await gate.opened.catch(refuse);
worker = await startOnceItCan();
if (worker) core.log.info('the worker is running');
