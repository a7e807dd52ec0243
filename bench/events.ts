/** From the row of the outbox to the finished handler. */
import { randomUUID } from 'node:crypto';
import { transact } from '@cartwright/core/kernel';
import { sql } from 'kysely';
import { cpuSeconds } from './processes.ts';
import { must, type Scenario } from './scenario.ts';
import { settleEvents, type Stage } from './stage.ts';

/** Announces events that somebody listens to and that end in a cheap handler, a few in each transaction. */
const announce = ({ core }: Stage, events: number): Promise<void> =>
  transact(core, async (tx) => {
    for (let i = 0; i < events; i += 1) {
      const userId = tx.ids.next<Parameters<typeof tx.outbox.add<'user.session_revoked'>>[2]['userId']>();
      tx.outbox.add('user.session_revoked', randomUUID(), { userId, reason: 'bench' });
    }
  });

interface Handled {
  readonly n: number;
  readonly seconds: number;
  readonly p50: number;
  readonly p99: number;
}
const handledSince = async ({ core }: Stage, since: Date): Promise<Handled> => {
  const { rows } = await sql<Handled>`
    select count(*)::int as n, coalesce(extract(epoch from max(d.done_at) - min(e.occurred_at)), 0)::float8 as seconds,
      coalesce(percentile_cont(0.5) within group (order by extract(epoch from d.done_at - e.occurred_at) * 1000), 0)::float8 as p50,
      coalesce(percentile_cont(0.99) within group (order by extract(epoch from d.done_at - e.occurred_at) * 1000), 0)::float8 as p99
    from event_deliveries d join outbox_events e on e.id = d.event_id where d.state = 'done' and e.occurred_at > ${since}`.execute(core.db);
  return rows[0] ?? { n: 0, seconds: 0, p50: 0, p99: 0 };
};
const databaseNow = async ({ core }: Stage): Promise<Date> =>
  (await sql<{ now: Date }>`select clock_timestamp() as now`.execute(core.db)).rows[0]?.now ?? new Date();

const flood = 2_000;
const steady = { perSecond: 50, seconds: 8 };

export const events: Scenario = {
  name: 'events',
  what: 'a flood of events to its last handler; p50 and p99 are the lag under a steady stream',
  against: { yardstick: 'queue', first: 0.5, aim: 0.8 },
  run: async (stage) => {
    const used = cpuSeconds(stage.database.pid);
    const begun = await databaseNow(stage);
    for (let i = 0; i < flood; i += 100) await announce(stage, 100);
    await settleEvents(stage);
    const pgCpuMs = ((cpuSeconds(stage.database.pid) - used) * 1_000) / flood;
    const whole = await handledSince(stage, begun);
    must(whole.n === flood, `${whole.n} of ${flood} events were handled`);
    const calm = await databaseNow(stage);
    for (let second = 0; second < steady.seconds * 10; second += 1) {
      await announce(stage, steady.perSecond / 10);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await settleEvents(stage);
    const lag = await handledSince(stage, calm);
    must(lag.n === steady.perSecond * steady.seconds, `${lag.n} of the steady events were handled`);
    return {
      n: whole.n,
      perSecond: whole.n / whole.seconds,
      p50: lag.p50,
      p99: lag.p99,
      errors: 0,
      pgCpuMs,
      note: `lag at ${steady.perSecond} events a second`,
    };
  },
};
