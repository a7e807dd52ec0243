/** Settings of the worker process, in addition to those of the core. */
import { loadConfigWith, settingsOf, type CoreConfig } from '@cartwright/core/kernel';
import { z } from 'zod';

/** Environment variables of the worker, with their meaning, allowed values and defaults. */
export const workerEnv = z.object({
  WORKER_HOST: z
    .string()
    .default('127.0.0.1')
    .describe(
      'address of the health and metrics endpoints of the worker; only this machine can read `/metrics` unless `METRICS_TOKEN` is set',
    ),
  WORKER_PORT: z.coerce
    .number({ error: 'must be a number' })
    .int()
    .min(0)
    .max(65_535, 'must be at most 65535')
    .default(0)
    .describe('port of the health and metrics endpoints of the worker; 0 takes a free port, which is logged'),
  JOB_LOCK_SECONDS: z.coerce
    .number({ error: 'must be a number' })
    .int('must be a whole number')
    .min(2, 'must be at least 2')
    .max(600, 'must be at most 600')
    .default(30)
    .describe('a job whose worker does not renew its lock goes to another worker after this time, in seconds'),
  RECOVER_AFTER_SECONDS: z.coerce
    .number({ error: 'must be a number' })
    .int('must be a whole number')
    .min(10, 'must be at least 10')
    .max(86_400, 'must be at most 86400')
    .default(300)
    .describe('a pending event or mail is queued again after this time, in seconds'),
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
