/** The row `feeds`: 10,000 open live feeds with 100 events a second; measures memory of the API and lag of the feeds. */
import { randomUUID } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { mustEqual } from '../checks.ts';
import { quantile } from '../load/generate.ts';
import { rssMiB } from '../machine/cpu.ts';
import { sumOf } from '../measure.ts';
import type { Line, Row } from '../row.ts';
import { settle } from '../stage/settle.ts';
import { shopProcesses, type ShopProcess, type Stage } from '../stage/stage.parts.ts';
import { withCore } from './events.ts';

/** Each feed subscribes to one kind of event. One in a hundred events is of that kind, so a feed gets one event a second. */
const eventName = 'category.changed';

/** How long no event may arrive before missing events count as lost. */
const silenceMs = 10_000;

interface Feed {
  readonly socket: Socket;
  /** Ids of the received events. */
  readonly ids: Set<string>;
}

/** Waits until each feed has `sent` events, as long as events still arrive. */
const settleFeeds = async (feeds: readonly Feed[], lags: readonly number[], sent: number): Promise<void> => {
  let [came, last] = [lags.length, performance.now()];
  while (feeds.some(({ ids }) => ids.size < sent) && performance.now() - last < silenceMs) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    if (lags.length > came) [came, last] = [lags.length, performance.now()];
  }
};

const openFeed = (stage: Stage, lags: number[]): Promise<Feed> =>
  new Promise((resolve, reject) => {
    const { hostname, port, host } = new URL(stage.api.url);
    const ids = new Set<string>();
    const socket = connect({ host: hostname, port: Number(port) });
    let open = false;
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (!open) {
        // The server sends `connected` before the first event.
        if (!text.includes('event: connected')) return;
        open = true;
        if (text.startsWith('HTTP/1.1 200')) resolve({ socket, ids });
        else reject(new Error(`A feed was answered ${text.slice(0, 200)}`));
      }
      const end = text.lastIndexOf('\n\n');
      if (end < 0) return;
      for (const [, data] of text.slice(0, end).matchAll(/^data: (\{.*"occurredAt".*\})$/gm)) {
        const event = JSON.parse(data ?? '{}') as { id: string; occurredAt: string };
        ids.add(event.id);
        lags.push(Date.now() - Date.parse(event.occurredAt));
      }
      text = text.slice(end + 2);
    });
    socket.on('error', reject).on('close', () => reject(new Error(`The server closed a feed: ${text.slice(0, 200)}`)));
    const input = encodeURIComponent(JSON.stringify({ name: eventName }));
    socket.write(
      `GET /trpc/events.live?input=${input} HTTP/1.1\r\nhost: ${host}\r\naccept: text/event-stream\r\nauthorization: Bearer ` +
        `${stage.staffToken}\r\n\r\n`,
    );
  });

const run = async (stage: Stage, row: Row): Promise<Line[]> => {
  const { quick } = stage.options;
  const [count, perSecond, seconds] = quick ? [20, 20, 1] : [10_000, 100, 20];
  const lags: number[] = [];
  const feeds: Feed[] = [];
  const [category] = await stage.query<{ id: string }>('select id from categories limit 1');
  try {
    for (let i = 0; i < count; i += 100)
      feeds.push(...(await Promise.all(Array.from({ length: Math.min(100, count - i) }, () => openFeed(stage, lags)))));
    const opened = rssMiB(stage.api.pid);
    const before = stage.cpu();
    let most = opened;
    const sent = await withCore(stage, async (core) => {
      let matching = 0;
      const ticks = seconds * 10;
      const every = perSecond / 10;
      for (let tick = 0; tick < ticks; tick += 1) {
        const match = tick % 10 === 0;
        await stage.code.kernel.transact(core, async (tx) => {
          for (let i = match ? 1 : 0; i < every; i += 1) {
            const userId = tx.ids.next<Parameters<typeof tx.outbox.add<'user.session_revoked'>>[2]['userId']>();
            tx.outbox.add('user.session_revoked', randomUUID(), { userId, reason: 'bench' });
          }
          if (match) {
            const categoryId = category?.id as Parameters<typeof tx.outbox.add<typeof eventName>>[2]['categoryId'];
            tx.outbox.add(eventName, categoryId, { categoryId });
            matching += 1;
          }
        });
        await new Promise((resolve) => setTimeout(resolve, 100));
        most = Math.max(most, rssMiB(stage.api.pid));
      }
      return matching;
    });
    await settle(stage);
    await settleFeeds(feeds, lags, sent);
    const after = stage.cpu();
    const n = count * sent;
    const came = feeds.reduce((sum, { ids }) => sum + ids.size, 0);
    mustEqual(
      n - came,
      0,
      `the number of deliveries that were lost: nothing has come for ${silenceMs / 1_000} s; what was late is not among them`,
    );
    mustEqual(lags.length, n, 'the number of deliveries; each event comes once to each feed');
    const cost = Object.fromEntries(shopProcesses.map((name) => [name, ((after[name] - before[name]) * 1_000) / n])) as Record<
      ShopProcess,
      number
    >;
    return [
      {
        name: row.name,
        n,
        clients: count,
        perSecond: n / seconds,
        p50: quantile(lags, 0.5),
        p99: quantile(lags, 0.99),
        cost,
        ...(row.goal && { goal: row.goal }),
        notes: [
          `p50 and p99 are the lag; the longest is ${(quantile(lags, 1) / 1_000).toFixed(1)} s; API ${opened.toFixed(0)} MiB ` +
            `with ${count} feeds open, ${most.toFixed(0)} MiB at most; ${(sumOf(cost) * count).toFixed(1)} ms of CPU an event`,
        ],
      },
    ];
  } finally {
    for (const { socket } of feeds) socket.removeAllListeners('close').destroy();
  }
};

export const feeds: Row = {
  name: 'feeds',
  what: '10,000 open live feeds that get one of 100 events a second each',
  goal: 'RSS 600 MiB, lag p99 1 s; 400 MiB',
  run: (stage) => run(stage, feeds),
};
