import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, test } from 'vitest';
import { systemClock } from './clock.ts';
import { DomainError } from './domain-error.ts';
import { createBatcher, type BatcherOptions } from './batcher.ts';

const defaults = { maxBatch: 100, maxWaiting: 1_000, maxWaitMs: 1_000, concurrency: 2 };
const aBatcher = (options: Partial<BatcherOptions<number, string>> & Pick<BatcherOptions<number, string>, 'run'>) =>
  createBatcher<number, string>({ clock: systemClock }, { ...defaults, ...options });
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
/** A gate at which a write waits until the test opens it. */
const gate = () => Promise.withResolvers<void>();

describe('createBatcher', () => {
  test('a batcher writes what arrives at the same moment in one batch, in the order of arrival, and answers each request by itself', async () => {
    const batches: number[][] = [];
    const batcher = aBatcher({
      run: async (_key, requests) => {
        batches.push([...requests]);
        return requests.map((n) => (n % 2 ? new DomainError('OUT_OF_STOCK', `none for ${n}`) : `served ${n}`));
      },
    });
    const answers = await Promise.allSettled(upTo(50).map((n) => batcher.submit('a', n)));
    expect(batches).toEqual([upTo(50)]);
    expect(answers[4]).toEqual({ status: 'fulfilled', value: 'served 4' });
    expect(answers[5]).toMatchObject({ status: 'rejected', reason: { code: 'OUT_OF_STOCK', message: 'none for 5' } });
  });

  test('requests wait while a batch of their key is in flight, and no two batches of one key run at once', async () => {
    const first = gate();
    const sizes: number[] = [];
    let inFlight = 0;
    const batcher = aBatcher({
      maxBatch: 20,
      run: async (_key, requests) => {
        expect((inFlight += 1)).toBe(1);
        sizes.push(requests.length);
        if (sizes.length === 1) await first.promise;
        inFlight -= 1;
        return requests.map(String);
      },
    });
    const one = batcher.submit('a', 0);
    await new Promise(setImmediate);
    const rest = upTo(45).map((n) => batcher.submit('a', n));
    first.resolve();
    await Promise.all([one, ...rest]);
    expect(sizes).toEqual([1, 20, 20, 5]);
  });

  test('a request that breaks the write fails alone; the rest of its batch is served', async () => {
    const batcher = aBatcher({
      run: async (_key, requests) => {
        if (requests.includes(13)) throw new Error('thirteen');
        return requests.map(String);
      },
    });
    const answers = await Promise.allSettled(upTo(40).map((n) => batcher.submit('a', n)));
    expect(answers.filter((a) => a.status === 'rejected')).toHaveLength(1);
    expect(answers[13]).toMatchObject({ status: 'rejected', reason: { message: 'thirteen' } });
  });

  test('a batch is not split and tried again while the database is unavailable', async () => {
    let writes = 0;
    const batcher = aBatcher({
      run: async () => {
        writes += 1;
        throw Object.assign(new Error('the server is shutting down'), { code: '57P01' });
      },
    });
    const answers = await Promise.allSettled(upTo(10).map((n) => batcher.submit('a', n)));
    expect(answers.every((a) => a.status === 'rejected')).toBe(true);
    expect(writes).toBe(1);
  });

  test('a batcher refuses with BUSY beyond its bound, and serves what it has accepted', async () => {
    const batcher = aBatcher({ maxWaiting: 10, run: async (_key, requests) => requests.map(String) });
    const answers = await Promise.allSettled(upTo(15).map((n) => batcher.submit('a', n)));
    expect(answers.filter((a) => a.status === 'fulfilled')).toHaveLength(10);
    expect(answers[14]).toMatchObject({ reason: { code: 'BUSY', details: { retryAfterSeconds: 1 } } });
    expect(answers.filter((a) => a.status === 'rejected')).toHaveLength(5);
  });

  test('a request that has waited too long is refused with BUSY and not written', async () => {
    let at = 0;
    const first = gate();
    const written: number[] = [];
    const batcher = createBatcher<number, string>(
      { clock: { now: () => new Date(at) } },
      {
        ...defaults,
        run: async (_key, requests) => {
          written.push(...requests);
          if (requests.includes(0)) await first.promise;
          return requests.map(String);
        },
      },
    );
    const one = batcher.submit('a', 0);
    await new Promise(setImmediate);
    const late = batcher.submit('a', 1);
    at = 900;
    const inTime = batcher.submit('a', 2);
    at = 1_500;
    first.resolve();
    expect(await Promise.allSettled([one, late, inTime])).toMatchObject([
      { value: '0' },
      { status: 'rejected', reason: { code: 'BUSY' } },
      { value: '2' },
    ]);
    expect(written).toEqual([0, 2]);
  });

  test('keys take turns, so that a busy key does not delay the others', async () => {
    const order: string[] = [];
    const batcher = aBatcher({
      concurrency: 1,
      maxBatch: 10,
      run: async (key, requests) => {
        order.push(key);
        return requests.map(String);
      },
    });
    await Promise.all([...upTo(30).map((n) => batcher.submit('hot', n)), batcher.submit('quiet', 0)]);
    expect(order).toEqual(['hot', 'quiet', 'hot', 'hot']);
  });

  test('the next batch starts before the last one is answered', async () => {
    const events: string[] = [];
    const batcher = aBatcher({
      maxBatch: 1,
      run: async (_key, requests) => {
        events.push(`writing ${String(requests)}`);
        return requests.map(String);
      },
    });
    await Promise.all(upTo(3).map((n) => batcher.submit('a', n).then(() => events.push(`answered ${n}`))));
    expect(events).toHaveLength(6);
    for (const n of [0, 1]) expect(events.indexOf(`writing ${n + 1}`)).toBeLessThan(events.indexOf(`answered ${n}`));
  });

  test('a batch runs in the async context of no request, and each answer continues in the context of its own', async () => {
    const requestId = new AsyncLocalStorage<number>();
    const contexts: unknown[] = [];
    const batcher = aBatcher({
      maxBatch: 2,
      run: async (_key, requests) => {
        contexts.push(requestId.getStore());
        if (requests.includes(3)) throw new Error('three');
        return requests.map(String);
      },
    });
    const call = (n: number) =>
      requestId.run(n, () =>
        batcher
          .submit('a', n)
          .catch(String)
          .then(() => requestId.getStore()),
      );
    expect(await Promise.all(upTo(5).map(call))).toEqual(upTo(5));
    expect(contexts.length).toBeGreaterThan(2);
    expect(contexts).toEqual(contexts.map(() => undefined));
  });

  test('the event loop runs other work between the answers of a large batch', async () => {
    let answered = 0;
    const seenBetween: number[] = [];
    const batcher = aBatcher({ run: async (_key, requests) => requests.map(String) });
    const answer = async (n: number): Promise<void> => {
      await batcher.submit('a', n);
      answered += 1;
      if (answered === 1) setImmediate(() => seenBetween.push(answered));
    };
    await Promise.all(upTo(100).map(answer));
    expect(answered).toBe(100);
    expect(seenBetween).toHaveLength(1);
    expect(seenBetween[0]).toBeLessThan(100);
  });
});
