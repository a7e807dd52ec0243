/** The rows `events` and `documents`: events from the outbox row to the finished handler, and mails of the worker. */
import { randomUUID } from 'node:crypto';
import { mustEqual } from '../checks.ts';
import { quantile } from '../load/generate.ts';
import { durations, sayHello, sumOf } from '../measure.ts';
import type { Cost, Line, Row } from '../row.ts';
import { settle } from '../stage/settle.ts';
import { shopProcesses, type ShopProcess, type Stage } from '../stage/stage.parts.ts';
import { queueRate } from './queue.ts';

type Core = Awaited<ReturnType<Stage['code']['composition']['createCore']>>;
type Announce = (core: Core, count: number) => Promise<void>;

/** Runs work with the shop's own code on its database, because events can be written in no other way. */
export const withCore = async <T>(stage: Stage, work: (core: Core) => Promise<T>): Promise<T> => {
  const { composition, kernel } = stage.code;
  const core = await composition.createCore(
    { ...kernel.loadConfig(stage.env), logLevel: 'fatal' },
    { applicationName: 'cartwright-bench' },
  );
  try {
    return await work(core);
  } finally {
    await composition.closeCore(core);
  }
};

interface Handled {
  readonly n: number;
  readonly seconds: number;
  readonly lags: number[];
}
/** The events since a given time that handlers have finished; lags in ms. */
const handledSince = async (stage: Stage, since: Date): Promise<Handled> => {
  const [row] = await stage.query<Handled>(
    `select count(*)::int as n, coalesce(extract(epoch from max(d.done_at) - min(e.occurred_at)), 0)::float8 as seconds,
       coalesce(array_agg((extract(epoch from d.done_at - e.occurred_at) * 1000)::float8), '{}') as lags
     from event_deliveries d join outbox_events e on e.id = d.event_id where d.state = 'done' and e.occurred_at > $1`,
    [since],
  );
  return row ?? { n: 0, seconds: 0, lags: [] };
};
const databaseNow = async (stage: Stage): Promise<Date> => {
  const [row] = await stage.query<{ now: Date }>('select clock_timestamp() as now');
  if (!row) throw new Error('The database has no clock.');
  return row.now;
};

/** Writes many events, waits for the last handler, and returns the CPU time of an event, without that of writing it in the API. */
const flood = async (stage: Stage, core: Core, announce: Announce, events: number): Promise<{ handled: Handled; cost: Cost }> => {
  const since = await databaseNow(stage);
  const before = stage.cpu();
  for (let i = 0; i < events; i += 100) await announce(core, Math.min(100, events - i));
  await settle(stage);
  const after = stage.cpu();
  const handled = await handledSince(stage, since);
  mustEqual(handled.n, events, 'the number of handled events');
  const cost = Object.fromEntries(shopProcesses.map((name) => [name, ((after[name] - before[name]) * 1_000) / events]));
  return { handled, cost: cost as Record<ShopProcess, number> };
};

const announceEvents =
  (stage: Stage): Announce =>
  (core, count) =>
    stage.code.kernel.transact(core, async (tx) => {
      for (let i = 0; i < count; i += 1) {
        const userId = tx.ids.next<Parameters<typeof tx.outbox.add<'user.session_revoked'>>[2]['userId']>();
        tx.outbox.add('user.session_revoked', randomUUID(), { userId, reason: 'bench' });
      }
    });

const steadyLag = async (stage: Stage, core: Core, announce: Announce, perSecond: number, seconds: number): Promise<Handled> => {
  const since = await databaseNow(stage);
  const begun = performance.now();
  let sent = 0;
  const total = perSecond * seconds;
  while (sent < total) {
    const due = Math.min(total, Math.floor(((performance.now() - begun) / 1_000) * perSecond));
    if (due > sent) {
      await announce(core, due - sent);
      sent = due;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await settle(stage);
  const lag = await handledSince(stage, since);
  mustEqual(lag.n, total, 'the number of handled events of the steady stream');
  return lag;
};

const steady = { perSecond: 500, seconds: 8 };
const runEvents = async (stage: Stage, row: Row): Promise<Line[]> => {
  const { quick } = stage.options;
  const { hello } = durations(stage);
  return withCore(stage, async (core) => {
    const announce = announceEvents(stage);
    await flood(stage, core, announce, quick ? 5 : 500);
    const helloBefore = await sayHello(stage, hello);
    const { handled, cost } = await flood(stage, core, announce, quick ? 20 : 5_000);
    const helloAfter = await sayHello(stage, hello);
    const lag = await steadyLag(stage, core, announce, quick ? 20 : steady.perSecond, quick ? 1 : steady.seconds);
    const perSecond = handled.n / handled.seconds;
    const queue = await queueRate(stage, quick ? 20 : 2_000);
    return [
      {
        name: row.name,
        n: handled.n,
        perSecond,
        p50: quantile(lag.lags, 0.5),
        p99: quantile(lag.lags, 0.99),
        cost,
        hellos: sumOf(cost) / ((helloBefore.cpuMs + helloAfter.cpuMs) / 2),
        ...(row.goal && { goal: row.goal }),
        notes: [
          `p50 and p99 are the lag at ${quick ? 20 : steady.perSecond} events a second; in a flood ` +
            `${(perSecond / queue).toFixed(1)} times the queue's own rate of ${queue.toFixed(0)} jobs a second`,
        ],
      },
    ];
  });
};

export const events: Row = {
  name: 'events',
  what: 'an event from its row to the finished handler',
  goal: 'lag p99 500 ms at 500 a second; 200 ms',
  run: (stage) => runEvents(stage, events),
};

/** Events that cause one mail each: a registration with the address of an account notifies the owner of the account. */
const announceMails = (stage: Stage, userIds: readonly string[]): Announce => {
  let turn = 0;
  return (core, count) =>
    stage.code.kernel.transact(core, async (tx) => {
      for (let i = 0; i < count; i += 1) {
        const userId = userIds[(turn += 1) % userIds.length] as Parameters<typeof tx.outbox.add<'user.registration_repeated'>>[2]['userId'];
        tx.outbox.add('user.registration_repeated', userId, { userId });
      }
    });
};
const sentMails = async (stage: Stage): Promise<number> =>
  (await stage.query<{ n: number }>(`select count(*)::int as n from notifications where status = 'sent'`))[0]?.n ?? Number.NaN;

const runMails = async (stage: Stage, row: Row): Promise<Line[]> => {
  const { quick } = stage.options;
  const { hello } = durations(stage);
  const users = await stage.query<{ id: string }>(`select id from users where role = 'customer' limit 50`);
  return withCore(stage, async (core) => {
    const announce = announceMails(
      stage,
      users.map((user) => user.id),
    );
    await flood(stage, core, announce, quick ? 2 : 50);
    const before = await sentMails(stage);
    const helloBefore = await sayHello(stage, hello);
    const { handled, cost } = await flood(stage, core, announce, quick ? 10 : 500);
    const helloAfter = await sayHello(stage, hello);
    mustEqual((await sentMails(stage)) - before, handled.n, 'the number of mails sent');
    return [
      {
        name: row.name,
        n: handled.n,
        perSecond: handled.n / handled.seconds,
        cost,
        hellos: sumOf(cost) / ((helloBefore.cpuMs + helloAfter.cpuMs) / 2),
        notes: ['mails only: the shop makes no PDF documents yet'],
      },
    ];
  });
};
export const documents: Row = {
  name: 'documents',
  what: 'a mail, from its event to the mailbox',
  run: (stage) => runMails(stage, documents),
};
