/** The load generator: each of its clients begins the next operation when the last one has ended. */
import { openClient, type Client } from './client.ts';

/** The length of a stretch of load, in seconds or operations. */
export type Length = { readonly seconds: number } | { readonly operations: number };

/** The result of a stretch of load. Latencies are in ms, each of a whole operation. */
export interface Load {
  readonly n: number;
  readonly seconds: number;
  readonly perSecond: number;
  readonly latencies: readonly number[];
}

/** Returns the quantile `q` of the values. Throws for an empty list: a missing value must not look like a small one. */
export const quantile = (values: readonly number[], q: number): number => {
  const sorted = Float64Array.from(values).sort();
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))];
  if (value === undefined) throw new Error('There is no quantile of nothing.');
  return value;
};

/** Returns the median of the values. Throws for an empty list. */
export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[sorted.length >> 1];
  const lower = sorted[(sorted.length - 1) >> 1];
  if (upper === undefined || lower === undefined) throw new Error('There is no median of nothing.');
  return (upper + lower) / 2;
};

/**
 * Repeats an operation with a number of clients, and waits until each has ended its last one. The first error ends the
 * stretch and is thrown: the cost of a load with errors is not meaningful.
 *
 * @param operation Receives its client and the serial number of the operation within the stretch, from 0.
 * @param thinkMs How long a client waits before each operation; not part of the latency.
 */
export const runLoad = async (
  url: string,
  clients: number,
  length: Length,
  operation: (client: Client, serial: number) => Promise<void>,
  thinkMs?: () => number,
): Promise<Load> => {
  const latencies: number[] = [];
  const begun = performance.now();
  const until = 'seconds' in length ? begun + length.seconds * 1_000 : Number.POSITIVE_INFINITY;
  const most = 'operations' in length ? length.operations : Number.POSITIVE_INFINITY;
  let next = 0;
  let failed: { error: unknown } | null = null;
  const user = async (): Promise<void> => {
    const client = openClient(url);
    try {
      while (!failed && next < most && performance.now() < until) {
        if (thinkMs) {
          const wait = thinkMs();
          if (performance.now() + wait > until) break;
          await new Promise((resolve) => setTimeout(resolve, wait));
        }
        if (next >= most) break;
        const start = performance.now();
        await operation(client, next++);
        latencies.push(performance.now() - start);
      }
    } catch (error) {
      failed ??= { error };
    } finally {
      client.close();
    }
  };
  await Promise.all(Array.from({ length: clients }, user));
  if (failed) throw (failed as { error: unknown }).error;
  const seconds = (performance.now() - begun) / 1_000;
  return { n: latencies.length, seconds, perSecond: latencies.length / seconds, latencies };
};

/**
 * Starts operations at a fixed rate, without waiting for earlier ones, until it is stopped.
 *
 * @returns `done` counts finished operations, `stop` waits for open ones and throws the first error.
 */
export const runAtRate = (
  url: string,
  perSecond: number,
  operation: (client: Client) => Promise<void>,
): { readonly done: () => number; readonly stop: () => Promise<void> } => {
  const free: Client[] = [];
  const underWay = new Set<Promise<void>>();
  const begun = performance.now();
  let started = 0;
  let done = 0;
  let failed: { error: unknown } | null = null;
  const one = async (): Promise<void> => {
    const client = free.pop() ?? openClient(url);
    try {
      await operation(client);
      done += 1;
      free.push(client);
    } catch (error) {
      failed ??= { error };
      client.close();
    }
  };
  const timer = setInterval(() => {
    const due = ((performance.now() - begun) / 1_000) * perSecond;
    for (; started < due && !failed; started += 1) {
      const work = one();
      underWay.add(work);
      void work.finally(() => underWay.delete(work));
    }
  }, 5);
  return {
    done: () => done,
    stop: async () => {
      clearInterval(timer);
      await Promise.all(underWay);
      for (const client of free) client.close();
      if (failed) throw failed.error;
    },
  };
};
