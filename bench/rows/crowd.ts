/** The rows `launch` and `crowd`: many simultaneous users, of whom 90 % browse, 9 % fill a cart and 1 % buy. */
import { spawn } from 'node:child_process';
import { checkDetail, checkList, must, mustEqual, type DetailAnswer, type ListAnswer } from '../checks.ts';
import type { Client } from '../load/client.ts';
import { quantile, runAtRate, runLoad } from '../load/generate.ts';
import { durations, sayHello, sumOf } from '../measure.ts';
import type { Line, Row } from '../row.ts';
import { buyCart, fillCart } from '../stage/purchase.ts';
import { settle } from '../stage/settle.ts';
import { shopProcesses, type ShopProcess, type Stage } from '../stage/stage.parts.ts';
import { checkStock } from './carts.ts';
import { readChecked } from './reads.ts';

interface Crowd {
  readonly users: number;
  readonly seconds: number;
  /** The shortest and longest pause of a user between two clicks, in ms. */
  readonly thinkMs: readonly [number, number];
  /** Additional orders at a fixed rate; 0 where the users buy. */
  readonly ordersPerMinute: number;
  /** Whether another process keeps one core busy. */
  readonly busyCore: boolean;
}

/** Starts a process that keeps one core busy, like another program on the machine. */
const takeCore = (): (() => void) => {
  const child = spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' });
  const stop = (): void => void child.kill('SIGKILL');
  process.once('exit', stop);
  return stop;
};

interface Counts {
  readonly orders: number;
  readonly held: number;
}
const countsOf = async (stage: Stage): Promise<Counts> => {
  const [row] = await stage.query<Counts>(
    `select (select count(*)::int from orders where status = 'confirmed') as orders, (select count(*)::int from holds where ` +
      `state = 'active' and cart_id is not null) as held`,
  );
  return row ?? { orders: Number.NaN, held: Number.NaN };
};

/** Reads a list or a product, and checks the answer. */
const browserOf = (stage: Stage): ((client: Client, serial: number) => Promise<void>) => {
  const known = new Map(stage.products.map((product) => [product.id, product]));
  const total = stage.catalogueSize;
  return (client, serial) => {
    const at = Math.floor(Math.random() * stage.products.length);
    const product = stage.products[at];
    if (serial % 2 === 0 || !product)
      return readChecked<ListAnswer>(stage, client, `/api/v1/products?pageSize=20&page=${1 + Math.floor(at / 20)}`, serial, (page) =>
        checkList(page, known, 20, total),
      );
    return readChecked<DetailAnswer>(stage, client, `/api/v1/products/${product.id}`, serial, (answer) => checkDetail(answer, product));
  };
};

/** What the users did: the durations of their reads and writes in ms, and how many carts and orders they made. */
interface Deeds {
  readonly reads: number[];
  readonly writes: number[];
  carts: number;
  bought: number;
}

const timed = async (into: number[], work: () => Promise<unknown>): Promise<void> => {
  const start = performance.now();
  await work();
  into.push(performance.now() - start);
};

/** One click of a user: 90 of 100 browse, 9 fill a cart and 1 buys. */
const clickerOf = (stage: Stage, crowd: Crowd, deeds: Deeds): ((client: Client, serial: number) => Promise<void>) => {
  const browse = browserOf(stage);
  return async (client, serial) => {
    const share = serial % 100;
    if (share < 90) return timed(deeds.reads, () => browse(client, serial));
    if (share < 99 || crowd.ordersPerMinute > 0) {
      await timed(deeds.writes, () => fillCart(stage, client, 1));
      deeds.carts += 1;
      return;
    }
    await timed(deeds.writes, () => buyCart(stage, client, 3));
    deeds.bought += 1;
  };
};

/** Sends the clicks, and the additional orders meanwhile. Counts the orders among the deeds. */
const sendCrowd = async (stage: Stage, crowd: Crowd, deeds: Deeds): Promise<{ readonly n: number; readonly seconds: number }> => {
  const stopNeighbour = crowd.busyCore ? takeCore() : null;
  const [least, most] = crowd.thinkMs;
  const buyers =
    crowd.ordersPerMinute > 0
      ? runAtRate(stage.api.url, crowd.ordersPerMinute / 60, (client) => timed(deeds.writes, () => buyCart(stage, client, 3)))
      : null;
  const load = await runLoad(
    stage.api.url,
    crowd.users,
    { seconds: crowd.seconds },
    clickerOf(stage, crowd, deeds),
    () => least + Math.random() * (most - least),
  ).finally(() => stopNeighbour?.());
  await buyers?.stop();
  await settle(stage);
  const ordered = buyers?.done() ?? 0;
  deeds.bought += ordered;
  return { n: load.n + ordered, seconds: load.seconds };
};

const percentiles = (values: readonly number[]): string =>
  `p50 ${quantile(values, 0.5).toFixed(0)} p99 ${quantile(values, 0.99).toFixed(0)} ms`;

const noteOf = (crowd: Crowd, deeds: Deeds, perSecond: number): string => {
  const [least, most] = crowd.thinkMs;
  // The offered rate for a shop that responds at once: each user pauses for the mean of the bounds.
  const offered = (crowd.users * 2_000) / (least + most) + crowd.ordersPerMinute / 60;
  return (
    `offered ${offered.toFixed(0)} clicks a second, served ${perSecond.toFixed(0)}; ${deeds.bought} orders; reads ` +
    `${percentiles(deeds.reads)}, writes ${percentiles(deeds.writes)}`
  );
};

const run = async (stage: Stage, row: Row, crowd: Crowd): Promise<Line[]> => {
  const deeds: Deeds = { reads: [], writes: [], carts: 0, bought: 0 };
  const { hello } = durations(stage);
  const before = await countsOf(stage);
  const helloBefore = await sayHello(stage, hello);
  const cpuBefore = stage.cpu();
  const { n, seconds } = await sendCrowd(stage, crowd, deeds);
  const cpuAfter = stage.cpu();
  const helloAfter = await sayHello(stage, hello);
  const after = await countsOf(stage);
  mustEqual(after.orders - before.orders, deeds.bought, 'the number of new confirmed orders');
  mustEqual(after.held - before.held, deeds.carts, 'the number of new holds of carts');
  must(deeds.reads.length > 0 && deeds.writes.length > 0, 'the crowd neither read nor wrote');
  await checkStock(stage);
  const cost = Object.fromEntries(shopProcesses.map((name) => [name, ((cpuAfter[name] - cpuBefore[name]) * 1_000) / n])) as Record<
    ShopProcess,
    number
  >;
  return [
    {
      name: row.name,
      n,
      clients: crowd.users,
      perSecond: n / seconds,
      cost,
      hellos: sumOf(cost) / ((helloBefore.cpuMs + helloAfter.cpuMs) / 2),
      ...(row.goal && { goal: row.goal }),
      notes: [noteOf(crowd, deeds, n / seconds)],
    },
  ];
};

const row = (name: string, what: string, goal: string, crowd: Crowd): Row => {
  const made: Row = {
    name,
    what,
    goal,
    run: (stage) => {
      const tiny = {
        ...crowd,
        users: 20,
        seconds: 2,
        thinkMs: [20, 60] as const,
        ordersPerMinute: Math.min(crowd.ordersPerMinute, 60),
        busyCore: false,
      };
      return run(stage, made, stage.options.quick ? tiny : crowd);
    },
  };
  return made;
};

export const crowds: readonly Row[] = [
  row(
    'launch',
    '1,000 users at once, 8 s between clicks, 100 orders a minute, with one core taken by others',
    'reads p99 200 ms, writes 500 ms; half of it',
    {
      users: 1_000,
      seconds: 60,
      thinkMs: [4_000, 12_000],
      ordersPerMinute: 100,
      busyCore: true,
    },
  ),
  row('crowd', '1,000 users, 0.5 to 2 s between clicks', 'reads p99 500 ms where the offered rate is served; 200 ms', {
    users: 1_000,
    seconds: 60,
    thinkMs: [500, 2_000],
    ordersPerMinute: 0,
    busyCore: false,
  }),
];
