/** Settings of the worker process, in addition to those of the core. */
import { loadConfigWith, settingsOf, whole, type CoreConfig } from '@cartwright/core/kernel';
import { z } from 'zod';

/** Environment variables of the worker, with their meaning, allowed values and defaults. */
export const workerEnv = z.object({
  WORKER_HOST: z
    .string()
    .default('127.0.0.1')
    .describe(
      'address of the health and metrics endpoints of the worker; only this machine can read `/metrics` unless `METRICS_TOKEN` is set',
    ),
  WORKER_PORT: whole(0, 65_535, 0).describe('port of the health and metrics endpoints of the worker; 0 takes a free port, which is logged'),
  JOB_LOCK_SECONDS: whole(2, 600, 30).describe(
    'a job whose worker does not renew its lock goes to another worker after this time, in seconds',
  ),
  RECOVER_AFTER_SECONDS: whole(10, 86_400, 300).describe('a pending event or mail is queued again after this time, in seconds'),
});

const toSettings = (own: z.output<typeof workerEnv>) => {
  const { workerHost, workerPort, ...others } = settingsOf(workerEnv, own);
  return { host: workerHost, port: workerPort, ...others };
};

/** Settings of the worker; `workerEnv` describes each of them. */
export type WorkerSettings = ReturnType<typeof toSettings>;

/** Reads core and worker settings together. Throws `ConfigError`. */
export const loadSettings = (env: NodeJS.ProcessEnv = process.env): { config: CoreConfig; worker: WorkerSettings } => {
  const { config, own } = loadConfigWith(workerEnv, env);
  return { config, worker: toSettings(own) };
};
