/** Measures a row: a warm-up, then three stretches, each between two stretches of `hello`. */
import { median, quantile, runLoad, type Length, type Load } from './load/generate.ts';
import { must } from './checks.ts';
import type { Cost, Line, Row, Stretch, Work } from './row.ts';
import { settle } from './stage/settle.ts';
import { shopProcesses, type ShopProcess, type Stage } from './stage/stage.parts.ts';
import { cpuSecondsOf } from './machine/cpu.ts';

export interface Durations {
  readonly warmUp: Length;
  readonly stretch: Length;
  readonly hello: Length;
  readonly stretches: number;
}
/** Durations of load only: preparation comes before a stretch. */
export const durations = ({ options }: Stage): Durations =>
  options.quick
    ? { warmUp: { operations: 2 }, stretch: { operations: 8 }, hello: { operations: 200 }, stretches: 1 }
    : { warmUp: { seconds: 3 }, stretch: { seconds: 4 }, hello: { seconds: 1.5 }, stretches: 3 };

export const helloClients = 32;
export interface Hello {
  readonly cpuMs: number;
  readonly perSecond: number;
}
/** Measures one stretch of `hello`, with the same load generator, client and Node as the shop. */
export const sayHello = async (stage: Stage, length: Length): Promise<Hello> => {
  const pids = { hello: stage.hello.pid };
  const before = cpuSecondsOf(pids).hello;
  const load = await runLoad(stage.hello.url, helloClients, length, async (client) => {
    const answer = await client.send({ method: 'GET', path: '/' });
    must(answer.status === 200 && answer.body === '{"result":{"data":{"pong":true}}}', `hello answered ${answer.status} ${answer.body}`);
  });
  return { cpuMs: ((cpuSecondsOf(pids).hello - before) * 1_000) / load.n, perSecond: load.perSecond };
};

const perOperation = (before: Cost, after: Cost, n: number): Record<ShopProcess, number> =>
  Object.fromEntries(shopProcesses.map((name) => [name, ((after[name] - before[name]) * 1_000) / n])) as Record<ShopProcess, number>;
export const sumOf = (cost: Cost): number => shopProcesses.reduce((sum, name) => sum + cost[name], 0);

export const lengthOf = (work: Work, usual: Length, quick: boolean): Length => (quick ? usual : (work.length ?? usual));

/** Runs one stretch and returns the CPU time of an operation, including that of the worker. */
export const runStretch = async (stage: Stage, work: Work, length: Length): Promise<{ load: Load; cost: Cost }> => {
  await work.before?.();
  const before = stage.cpu();
  const load = await runLoad(work.url ?? stage.api.url, work.clients, length, (client, serial) => work.operation(client, serial));
  if (work.settles) await settle(stage);
  return { load, cost: perOperation(before, stage.cpu(), load.n) };
};

/**
 * Runs one stretch beside another load. The other load is first measured alone, in the same minute. Its cost for each operation, times
 * its operations during the stretch, is subtracted. Under load it costs a little less, because its statements share batches with others, so
 * the result is slightly too low rather than too high.
 */
export const runBeside = async (
  stage: Stage,
  work: Work,
  length: Length,
  alone: Length,
  done: () => number,
): Promise<{ load: Load; cost: Cost }> => {
  const [aloneBefore, aloneFrom] = [stage.cpu(), done()];
  await new Promise((resolve) => setTimeout(resolve, 'seconds' in alone ? alone.seconds * 1_000 : 1_000));
  const aloneDone = done() - aloneFrom;
  const beside = perOperation(aloneBefore, stage.cpu(), Math.max(1, aloneDone));
  const [before, from] = [stage.cpu(), done()];
  const load = await runLoad(work.url ?? stage.api.url, work.clients, length, (client, serial) => work.operation(client, serial));
  const both = perOperation(before, stage.cpu(), load.n);
  const times = (done() - from) / load.n;
  const cost = Object.fromEntries(shopProcesses.map((name) => [name, Math.max(0, both[name] - beside[name] * times)]));
  return { load, cost: cost as Record<ShopProcess, number> };
};

/** Runs the warm-up, the measurement and the checks of a row. */
export const measure = async (stage: Stage, row: Row, work: Work): Promise<Line> => {
  const { warmUp, stretch, hello, stretches } = durations(stage);
  const length = lengthOf(work, stretch, stage.options.quick);
  await work.before?.();
  let done = (await runLoad(work.url ?? stage.api.url, work.clients, warmUp, (client, serial) => work.operation(client, serial))).n;
  if (work.settles) await settle(stage);
  const beside = await work.beside?.();
  const measured: Stretch[] = [];
  const notes: string[] = [];
  try {
    let before = await sayHello(stage, hello);
    for (let i = 0; i < stretches; i += 1) {
      const { load, cost } = beside ? await runBeside(stage, work, length, stretch, beside.done) : await runStretch(stage, work, length);
      done += load.n;
      const after = await sayHello(stage, hello);
      const helloMs = (before.cpuMs + after.cpuMs) / 2;
      const helloPerSecond = (before.perSecond + after.perSecond) / 2;
      measured.push({ load, cost, hellos: sumOf(cost) / helloMs, helloMs, helloPerSecond });
      before = after;
    }
  } finally {
    const note = await beside?.stop();
    if (note) notes.push(note);
  }
  await settle(stage);
  await work.check(done);
  const note = await work.finish?.();
  if (note) notes.push(note);
  return toLine(row, work.clients, measured, notes);
};

/** Returns the table line of a row: the CPU times of the stretch with the median cost, the latencies of all stretches. */
export const toLine = (
  row: Pick<Row, 'name' | 'goal'>,
  clients: number,
  measured: readonly Stretch[],
  notes: readonly string[] = [],
): Line => {
  const sorted = measured.toSorted((a, b) => a.hellos - b.hellos);
  const middle = sorted[sorted.length >> 1];
  const [cheapest, costliest] = [sorted[0], sorted.at(-1)];
  if (!middle || !cheapest || !costliest) throw new Error(`${row.name} was not measured.`);
  const latencies = measured.flatMap(({ load }) => load.latencies);
  return {
    name: row.name,
    n: measured.reduce((sum, { load }) => sum + load.n, 0),
    clients,
    perSecond: median(measured.map(({ load }) => load.perSecond)),
    ofHelloRate: median(measured.map(({ load, helloPerSecond }) => load.perSecond / helloPerSecond)),
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    cost: middle.cost,
    hellos: middle.hellos,
    ...(measured.length > 1 && { spread: [cheapest.hellos, costliest.hellos] as const }),
    ...(row.goal && { goal: row.goal }),
    notes,
  };
};
