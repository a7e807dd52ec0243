/** A worker of one version of a shop. It handles the consumers in `CONSUMERS`; each one records the events that it handles. */
import { createCore } from '@cartwright/core/composition';
import type { EventConsumer } from '@cartwright/core/events';
import { loadConfig } from '@cartwright/core/kernel';
import { startWorker } from '@cartwright/worker';
import { sql } from 'kysely';

const consumers = (process.env['CONSUMERS'] ?? '').split(',').map((name): EventConsumer => ({
  name,
  events: ['pricing.changed'],
  handle: async (tx, event) => {
    await sql`insert into handled_events (consumer, event_id) values (${name}, ${event.id})`.execute(tx.db);
    return [];
  },
}));
const core = await createCore(loadConfig());
const worker = await startWorker(core, { consumers, staleAfterSeconds: 2, jobLockSeconds: 2 });
process.stdout.write(`${JSON.stringify({ url: 'http://no.address' })}\n`);
process.once('SIGTERM', () => {
  void worker.close().then(() => process.exit(0));
});
