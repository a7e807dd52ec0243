/** Generates `docs/jobs.md` from the catalogue of jobs. `node --conditions=development scripts/jobs-page.ts` writes it. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { queues, retries, shortestSchedulerMs, tasks, type QueueSettings, type TaskSettings } from '@cartwright/core/jobs';
import type { RetryPolicy } from '@cartwright/core/kernel';

export const jobsFile = path.resolve(import.meta.dirname, '../docs/jobs.md');

const units = [
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1_000, 's'],
] as const;
const inWords = (ms: number): string => {
  const [size, unit] = units.find(([length]) => ms >= length && ms % length === 0) ?? [1, 'ms'];
  return `${ms / size} ${unit}`;
};

const pauses = ({ attempts, firstPauseMs, longestPauseMs, jitter }: RetryPolicy): string => {
  if (attempts === 1 || firstPauseMs === 0) return 'none';
  const least = jitter > 0 ? `, up to ${jitter * 100} % less at random` : '';
  return `${inWords(firstPauseMs)}, doubled each time, ${inWords(longestPauseMs)} at most${least}`;
};
const attemptsOf = ({ attempts }: RetryPolicy): string => (Number.isFinite(attempts) ? String(attempts) : 'unlimited');

interface FieldSchema {
  readonly type?: string;
  readonly format?: string;
  readonly items?: FieldSchema;
}
const typeOf = ({ type, format, items }: FieldSchema): string => {
  if (type === 'array' && items) return `array of ${typeOf(items)}`;
  if (type === undefined || type === 'array' || type === 'object')
    throw new Error(`The page cannot name the type ${String(type)} of a payload`);
  return format === 'uuid' ? 'UUID' : type;
};
const fieldsOf = ({ payload }: QueueSettings): string => {
  const { properties = {} } = payload.toJSONSchema({ io: 'input' }) as { properties?: Record<string, FieldSchema> };
  return Object.entries(properties)
    .map(([name, schema]) => `\`${name}\` (${typeOf(schema)})`)
    .join(', ');
};
const queueRow = ([name, queue]: readonly [string, QueueSettings]): string =>
  `| \`${name}\` | ${queue.purpose} | ${fieldsOf(queue)} | ${attemptsOf(queue.retry)} | ${pauses(queue.retry)} | ` +
  `${inWords(queue.timeoutMs)} | ${queue.concurrency} | ${queue.lostWorkers} |`;

const runsIn = ({ of, polled }: TaskSettings): string =>
  of === 'worker' ? 'every worker' : polled ? 'one worker; every worker while the queue gives no run' : 'one worker';
const taskRow = ([name, task]: readonly [string, TaskSettings]): string =>
  `| \`${name}\` | ${task.purpose} | ${inWords(task.everyMs)} | ${attemptsOf(task.retry)} | ${inWords(task.timeoutMs)} | ${runsIn(task)} |`;

const retryRow = ([name, policy]: readonly [string, RetryPolicy]): string => `| \`${name}\` | ${attemptsOf(policy)} | ${pauses(policy)} |`;

/** The text of the page. */
export const jobsPage =
  (): string => `<!-- Generated from packages/core/src/jobs/jobs.ts by \`pnpm generate\`. Edit the catalogue, not this page. -->

# Jobs and scheduled tasks

This page lists all work that the worker does in the background. Use it to find out how often something happens, and when the worker gives
up. Due times and unfinished work are rows in PostgreSQL, so a lost job or a missed run only costs time.

## Queues

A worker checks the payload when it takes a job. A job whose worker died is given to the next worker.

| queue | a job | payload | attempts | pause before the next attempt | time-out | jobs at once in a worker | lost workers until it fails |
|---|---|---|---|---|---|---|---|
${Object.entries(queues).map(queueRow).join('\n')}

\`RECOVER_AFTER_SECONDS\` after a job failed for good or was lost, its pending events and mails are queued again.

## Scheduled tasks

Each task of the shop is a BullMQ job scheduler: the queue \`schedule\` gives each run to one worker. Most tasks do not depend on the
queue: a worker that gets no run of such a task for too long runs it by itself, for example while Redis is unavailable. It waits for the
period of the task and then for the same time again; this second wait takes 10 seconds at least and one minute at most. The last column
shows which tasks these are. With queues in PostgreSQL a job scheduler has a period of ${inWords(shortestSchedulerMs.postgresql)} at
least, because each job costs transactions; every worker polls more frequent tasks by itself. A task does not overlap with itself in a
worker. A run that fails is logged, and the next one comes after the period.

A worker removes the job schedulers of tasks that its version does not have: when it starts, and once an hour at most when the queue gives
it a run of such a task. During a rolling upgrade a worker of the other version creates them again, and polls its tasks meanwhile.

| task | purpose | period | attempts of a run | time-out | runs in |
|---|---|---|---|---|---|
${Object.entries(tasks).map(taskRow).join('\n')}

\`RECOVER_AFTER_SECONDS\` shortens the period of \`recover deliveries\` when it is shorter.

## Attempts that are counted

| work | attempts | pause before the next attempt |
|---|---|---|
${Object.entries(retries).map(retryRow).join('\n')}

After the last attempt a delivery or an event of a provider is \`dead\` and a mail is \`failed\`, and staff see it. An event of a provider
that arrives before the charge or refund that it reports waits for 15 minutes. A batch of an import that conflicts with another
transaction at each attempt is written in halves.
`;

if (import.meta.main) writeFileSync(jobsFile, jobsPage());
