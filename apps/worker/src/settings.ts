/** Settings of the worker process beside the core's. */
import { loadConfigWith, type CoreConfig } from '@cartwright/core/kernel';
import { z } from 'zod';

/** The variables of the worker: what each means, takes and defaults to. */
export const workerEnv = z.object({
  WORKER_HOST: z
    .string()
    .default('127.0.0.1')
    .describe('the address where health and metrics of the worker are read; `/metrics` is for this machine unless `METRICS_TOKEN` is set'),
  WORKER_PORT: z.coerce
    .number({ error: 'must be a number' })
    .int()
    .min(0)
    .max(65_535, 'must be at most 65535')
    .default(0)
    .describe('the port where health and metrics of the worker are read; 0 takes a free one, which the log names'),
  JOB_LOCK_SECONDS: z.coerce
    .number({ error: 'must be a number' })
    .int('must be a whole number')
    .min(2, 'must be at least 2')
    .max(600, 'must be at most 600')
    .default(30)
    .describe('how long a job stays with a worker that gives no sign of life, in seconds'),
  RECOVER_AFTER_SECONDS: z.coerce
    .number({ error: 'must be a number' })
    .int('must be a whole number')
    .min(10, 'must be at least 10')
    .max(86_400, 'must be at most 86400')
    .default(300)
    .describe('how long an event or a mail stays open before it goes to the queue once more, in seconds'),
});

export interface WorkerSettings {
  /** Where health and metrics are read. */
  readonly host: string;
  /** 0 takes a free port, which the log names. */
  readonly port: number;
  /** How long a job stays with a worker that gives no sign of life before another one takes it. */
  readonly jobLockSeconds: number;
  /** How long an event or a mail stays open before it goes to the queue once more: what a queue lost comes back after so long. */
  readonly recoverAfterSeconds: number;
}

/** Reads core and worker settings together. Throws `ConfigError`. */
export const loadSettings = (env: NodeJS.ProcessEnv = process.env): { config: CoreConfig; worker: WorkerSettings } => {
  const { config, own } = loadConfigWith(workerEnv, env);
  return {
    config,
    worker: {
      host: own.WORKER_HOST,
      port: own.WORKER_PORT,
      jobLockSeconds: own.JOB_LOCK_SECONDS,
      recoverAfterSeconds: own.RECOVER_AFTER_SECONDS,
    },
  };
};
