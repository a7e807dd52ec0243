/** The rate of the queue alone: empty jobs added and processed on the same database. */
import { createPostgresBackend, runMigrations, withBackend } from 'bullmq';
import { mustEqual } from '../checks.ts';
import { withClient } from '../stage/stage.ts';
import type { Stage } from '../stage/stage.parts.ts';

/** Adds a number of empty jobs, processes them and returns the rate a second. */
export const queueRate = (stage: Stage, jobs: number): Promise<number> =>
  withClient(stage.databaseUrl, async (client) => {
    const schema = 'yardstick_queue';
    await runMigrations(client, schema);
    const backend = withBackend(createPostgresBackend);
    const connection = { connectionString: stage.databaseUrl, schema, max: 4 };
    const queue = new backend.Queue('empty', { connection });
    const done = Promise.withResolvers<void>();
    const handled = new Set<string>();
    const begun = performance.now();
    for (let i = 0; i < jobs; i += 200)
      await queue.addBulk(
        Array.from({ length: Math.min(200, jobs - i) }, (_, k) => ({
          name: 'empty',
          data: {},
          opts: { jobId: `job-${i + k}`, removeOnComplete: true },
        })),
      );
    const worker = new backend.Worker(
      'empty',
      async (job) => {
        handled.add(job.id ?? '');
        if (handled.size === jobs) done.resolve();
      },
      { connection, concurrency: 8 },
    );
    await done.promise;
    const perSecond = (jobs * 1_000) / (performance.now() - begun);
    mustEqual(handled.size, jobs, 'the number of handled jobs');
    await worker.close();
    await queue.close();
    await client.query(`drop schema ${schema} cascade`);
    return perSecond;
  });
