import type { Stage } from './stage.parts.ts';

const stuckAfterMs = 60_000;

/**
 * Waits until the worker has no event to relay, no delivery to handle and no mail to send, so that the worker's CPU time is counted for
 * the operations that caused it. Throws when the worker has made no progress for a minute.
 */
export const settle = async (stage: Pick<Stage, 'query'>): Promise<void> => {
  await waitForNone(
    stage,
    'select /* bench */ (select count(*) from outbox_events where relayed_at is null)::int + (select count(*) from ' +
      `event_deliveries where state = 'pending')::int as open`,
  );
  // Mails come last: no index finds queued mails, so their table is read only when all events are handled.
  await waitForNone(stage, `select /* bench */ count(*)::int as open from notifications where status = 'queued'`);
};

const waitForNone = async (stage: Pick<Stage, 'query'>, statement: string): Promise<void> => {
  let fewest = Number.POSITIVE_INFINITY;
  let progressAt = performance.now();
  for (;;) {
    const [row] = await stage.query<{ open: number }>(statement);
    const open = row?.open ?? 0;
    if (open === 0) return;
    if (open < fewest) [fewest, progressAt] = [open, performance.now()];
    if (performance.now() - progressAt > stuckAfterMs)
      throw new Error(`The worker has made no progress for a minute, with ${open} open tasks.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};
