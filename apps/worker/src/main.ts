/** The worker process. */
import './production.ts';
import { closeCore, createCore } from '@cartwright/core/composition';
import { ConfigError } from '@cartwright/core/kernel';
import { startHealth } from './health.ts';
import { loadSettings } from './settings.ts';
import { startWorker } from './worker.ts';

const readSettings = (): ReturnType<typeof loadSettings> => {
  try {
    return loadSettings();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    process.exit(78);
  }
};

const { config, worker: settings } = readSettings();
const core = await createCore(config, { applicationName: 'cartwright-worker' });
const worker = await startWorker(core, { jobLockSeconds: settings.jobLockSeconds, staleAfterSeconds: settings.recoverAfterSeconds });
const health = await startHealth(worker, settings.port).catch((error: NodeJS.ErrnoException) => {
  console.error(error.code === 'EADDRINUSE' ? `Port ${settings.port} is taken. Set WORKER_PORT to another one, or to 0.` : error.message);
  process.exit(1);
});
core.log.info({ url: health.url, queues: config.redisUrl ? 'redis' : 'postgresql' }, 'the worker is running');

let closing = false;
const shutDown = async (signal: string): Promise<void> => {
  if (closing) return;
  closing = true;
  core.log.info({ signal }, 'shutting down: finishing running jobs');
  await worker.close();
  await health.close();
  await closeCore(core);
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
