import type { Problem } from '@cartwright/contracts';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { collect, event, ok, refuse, startStubShop, tokens, type StubShop } from '../test/stub-shop.ts';
import { createCartwright, type CartwrightError } from './index.ts';

let stub: StubShop;
beforeEach(async () => {
  stub = await startStubShop();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await stub.close();
});

const connected = (reconnectAfterInactivityMs = 45_000): string =>
  event({ event: 'connected', data: JSON.stringify({ reconnectAfterInactivityMs }) });
const item = (id: string): string => event({ data: JSON.stringify({ id }), id });
const shopOf = (options: { timeoutMs?: number } = {}) => createCartwright({ baseUrl: stub.url, ...options });

it('a feed yields whole items, however the stream is split', async () => {
  const text = connected() + event({ event: 'ping', data: '' }) + item('1').replaceAll('\n', '\r\n') + item('é');
  stub.on('events.live', () => ({ stream: [...Array.from(text), event({ event: 'return', data: '' }), 'end'] }));
  expect(await collect(shopOf().events.live({ name: 'order.placed' }))).toEqual([{ id: '1' }, { id: 'é' }]);
  expect(stub.requests).toMatchObject([{ input: { name: 'order.placed' }, headers: { accept: 'text/event-stream' } }]);
});

it('a feed resumes after the last item when the connection breaks', async () => {
  stub.on('events.live', (_request, count) => ({
    stream: count === 1 ? [connected(), item('1'), 'cut'] : [connected(), item('2'), event({ event: 'return', data: '' })],
  }));
  const lost: CartwrightError[] = [];
  const seen: unknown[] = [];
  const feed = shopOf().events.live({}, { onData: (one) => seen.push(one), onLost: (error) => lost.push(error) });
  await feed.done;
  expect(seen).toEqual([{ id: '1' }, { id: '2' }]);
  expect(stub.requests.map(({ input }) => input['lastEventId'])).toEqual([undefined, '1']);
  expect(lost).toMatchObject([{ code: 'UNREACHABLE' }]);
});

it('a feed without an item yet resumes from its last position', async () => {
  const at = (name: string, id: string): string => event({ event: name, data: '{}', id });
  const pieces = [
    [at('connected', 'at-1'), 'cut'],
    [at('connected', 'at-1'), at('ping', 'at-2'), 'cut'],
    [at('connected', 'at-2'), item('3'), event({ event: 'ping', data: '' }), 'cut'],
    [at('connected', '3'), at('ping', 'at-4'), 'cut'],
    [connected(), event({ event: 'return', data: '' })],
  ];
  stub.on('events.live', (_request, count) => ({ stream: pieces[count - 1] ?? [] }));
  expect(await collect(shopOf().events.live({ name: 'order.placed' }))).toEqual([{ id: '3' }]);
  expect(stub.requests.map(({ input }) => input['lastEventId'])).toEqual([undefined, 'at-1', 'at-2', '3', 'at-4']);
});

it('refuses a feed that the shop begins anew because it cannot read the id to resume from', async () => {
  const begun = event({ event: 'connected', data: '{}', id: 'at-9' });
  stub.on('events.live', () => ({ stream: [begun, item('1'), event({ event: 'return', data: '' })] }));
  await expect(collect(shopOf().events.live({ lastEventId: 'at-1.2\n' }))).rejects.toMatchObject({
    code: 'UNEXPECTED_ANSWER',
    retry: 'never',
    details: { lastEventId: 'at-1.2\n', began: 'at-9' },
  });
  for (const lastEventId of ['at-9', '', null, undefined])
    expect(await collect(shopOf().events.live({ lastEventId }))).toEqual([{ id: '1' }]);
});

it('takes a connection on which nothing comes for a dead one', async () => {
  stub.on('events.live', (_request, count) => ({ stream: count === 1 ? [connected(50)] : [event({ event: 'return', data: '' })] }));
  expect(await collect(shopOf().events.live())).toEqual([]);
  expect(stub.requests).toHaveLength(2);
});

it('a feed reconnects when the shop is unavailable for a moment', async () => {
  stub.on('events.live', (_request, count) =>
    count === 1 ? refuse('SERVICE_UNAVAILABLE') : { stream: [event({ event: 'return', data: '' })] },
  );
  expect(await collect(shopOf().events.live())).toEqual([]);
});

it('a refused feed throws its error, or passes it to onError', async () => {
  stub.on('events.live', () => refuse('FORBIDDEN'));
  await expect(collect(shopOf().events.live())).rejects.toMatchObject({ code: 'FORBIDDEN', status: 403 });
  const errors: CartwrightError[] = [];
  await shopOf().events.live({}, { onData: () => undefined, onError: (error) => errors.push(error) }).done;
  expect(errors).toMatchObject([{ code: 'FORBIDDEN' }]);
  await expect(shopOf().events.live({}, { onData: () => undefined }).done).rejects.toMatchObject({ code: 'FORBIDDEN' });
});

it('a feed throws an error that the shop sends after the start', async () => {
  const { body } = refuse('FORBIDDEN') as { body: { error: unknown } };
  stub.on('events.live', () => ({ stream: [connected(), event({ event: 'serialized-error', data: JSON.stringify(body.error) })] }));
  await expect(collect(shopOf().events.live())).rejects.toMatchObject({ code: 'FORBIDDEN', requestId: 'request-1' });
});

it('a feed that is refused at its start is opened again after growing pauses, and not before the time that the shop asks for', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(1);
  const { body } = refuse('SERVICE_UNAVAILABLE') as { body: { error: { data: { problem: Problem } } } };
  const at: number[] = [];
  const refusalOf = (details?: Problem['details']): string =>
    event({
      event: 'serialized-error',
      data: JSON.stringify({ ...body.error, data: { problem: { ...body.error.data.problem, ...(details && { details }) } } }),
    });
  stub.on('events.live', (_request, count) => {
    at.push(performance.now());
    if (count === 5) return { stream: [event({ event: 'return', data: '' })] };
    return { stream: [connected(), refusalOf(count === 4 ? { retryAfterSeconds: 1 } : undefined), 'end'] };
  });
  expect(await collect(shopOf().events.live())).toEqual([]);
  const pauses = at.slice(1).map((time, i) => time - (at[i] ?? 0));
  for (const [i, atLeast] of [200, 400, 800, 2_600].entries()) expect(pauses[i]).toBeGreaterThanOrEqual(atLeast - 5);
});

it('a feed refreshes a token that expired while it was open', async () => {
  const fresh = tokens();
  stub.on('auth.refresh', () => ok(fresh));
  stub.on('events.live', ({ headers }) =>
    headers.authorization === `Bearer ${fresh.accessToken}`
      ? { stream: [item('1'), event({ event: 'return', data: '' })] }
      : refuse('INVALID_TOKEN'),
  );
  const shop = createCartwright({ baseUrl: stub.url, auth: tokens() });
  expect(await collect(shop.events.live())).toEqual([{ id: '1' }]);
});

it('a feed ends on close, on an aborted signal and when its reader stops', async () => {
  stub.on('events.live', () => ({ stream: [connected(), item('1')] }));
  const feed = shopOf().events.live({}, { onData: () => feed.close() });
  await feed.done;
  const end = new AbortController();
  for await (const one of shopOf().events.live({}, { signal: end.signal })) {
    expect(one).toEqual({ id: '1' });
    end.abort();
  }
  for await (const one of shopOf().events.live()) {
    expect(one).toEqual({ id: '1' });
    break;
  }
  expect(stub.requests).toHaveLength(3);
});

it('a feed of tRPC’s client yields items with the ids to resume from', async () => {
  stub.on('events.live', () => ({ stream: [connected(), item('7'), event({ event: 'return', data: '' })] }));
  const seen = await new Promise<unknown[]>((resolve, reject) => {
    const items: unknown[] = [];
    shopOf().raw.events.live.subscribe({}, { onData: (one) => items.push(one), onError: reject, onComplete: () => resolve(items) });
  });
  expect(seen).toEqual([{ id: '7', data: { id: '7' } }]);
});
