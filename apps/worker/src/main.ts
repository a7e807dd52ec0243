/** The worker process. */
import { closeCore, createCore } from '@cartwright/core/composition';
import { ConfigError, loadConfig } from '@cartwright/core/kernel';
import { startWorker } from './worker.ts';

const readConfig = (): ReturnType<typeof loadConfig> => {
  try {
    return loadConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    process.exit(78);
  }
};

const core = await createCore(readConfig(), { applicationName: 'cartwright-worker' });
const worker = await startWorker(core);
core.log.info({ queues: core.config.redisUrl ? 'redis' : 'postgresql' }, 'the worker is running');

let closing = false;
const shutDown = async (signal: string): Promise<void> => {
  if (closing) return;
  closing = true;
  core.log.info({ signal }, 'shutting down: finishing running jobs');
  await worker.close();
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
