/**
 * Sends live feeds in tRPC's format of Server-Sent Events. tRPC's own sender uses seven web streams per feed, which took 200 KiB per feed
 * and five writes per item. Here an item is one write, and an item that many feeds send is serialised once.
 */
import { once } from 'node:events';
import { errorRules } from '@cartwright/contracts';
import { callTRPCProcedure, isTrackedEnvelope } from '@trpc/server';
import type { Response } from 'express';
import { codeOf } from '../errors.ts';
import type { RequestContext } from '../http/context.ts';
import { shopRouter } from '../router.ts';
import { errorShapeOf } from './error-shape.ts';
import { feedPace } from './trpc.ts';

const headers = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
  connection: 'keep-alive',
  vary: 'trpc-accept, accept',
};
const nameless = (data: unknown, id?: string): string => `data: ${JSON.stringify(data)}\n${id === undefined ? '' : `id: ${id}\n`}\n`;
const named = (event: string, data: string, id?: string | null): string => `event: ${event}\ndata: ${data}\n${id ? `id: ${id}\n` : ''}\n`;
const connected = JSON.stringify({ reconnectAfterInactivityMs: feedPace.reconnectAfterInactivityMs });

const written = new WeakMap<object, Buffer>();
/** Serialises an item. A frozen item has one id, so all feeds send the same bytes. */
const frameOf = (item: unknown): string | Buffer => {
  if (!isTrackedEnvelope(item)) return nameless(item);
  const [id, data]: readonly unknown[] = item;
  if (typeof data !== 'object' || data === null || !Object.isFrozen(data)) return nameless(data, String(id));
  const before = written.get(data);
  if (before) return before;
  const fresh = Buffer.from(nameless(data, String(id)));
  written.set(data, fresh);
  return fresh;
};

/** Opens a feed until the signal aborts. Throws what the procedure throws. */
const open = async (path: string, ctx: RequestContext, input: unknown, signal: AbortSignal): Promise<AsyncIterable<unknown>> => {
  const getRawInput = () => Promise.resolve(input);
  return callTRPCProcedure({ router: shopRouter, path, type: 'subscription', ctx, signal, batchIndex: 0, getRawInput });
};

/** Ends a response. A client that reads nothing or has disappeared would otherwise keep its connection open for ever. */
const finish = (res: Response): void => {
  if (res.destroyed) return;
  const cut = setTimeout(() => res.destroy(), feedPace.reconnectAfterInactivityMs).unref();
  res.once('close', () => clearTimeout(cut));
  res.end();
};

/** Whether the same request would be refused again. What may be repeated is sent as an event, by which clients open the feed again. */
const isRefusal = (error: unknown): boolean => errorRules[codeOf(error)].retry === 'never';

/**
 * Sends a feed until it ends, its client disconnects or its maximum duration is over. If a client does not read, no further items are
 * fetched: at most what Node buffers waits for it. Throws a refusal that comes before the feed begins, so that the response gets its
 * status.
 */
export const sendFeed = async (ctx: RequestContext, res: Response, path: string, input: unknown): Promise<void> => {
  const end = new AbortController();
  const left = (): void => end.abort();
  res.once('close', left);
  const tooOld = setTimeout(left, feedPace.maxDurationMs);
  // A destroyed response emits `close` later; nothing may be written in between.
  const write = (frame: string | Buffer): boolean => res.destroyed || res.write(frame);
  const pings = setInterval(() => {
    // A ping before `writeHead` would send default headers.
    if (res.headersSent && !res.writableNeedDrain) write(named('ping', '', ctx.feedPlaces?.place()));
  }, feedPace.pingMs);
  const send = async (frame: string | Buffer): Promise<void> => {
    pings.refresh();
    if (!write(frame)) await once(res, 'drain', { signal: end.signal });
  };
  const begin = (): void => {
    if (res.headersSent || res.destroyed) return;
    res.writeHead(200, headers);
    write(named('connected', connected, ctx.feedPlaces?.began));
  };
  let refused = false;
  try {
    const items = await open(path, ctx, input, end.signal);
    // Sent once the feed has its position; the feed contains every event from then on.
    begin();
    for await (const item of items) {
      if (end.signal.aborted) break;
      await send(frameOf(item));
    }
    // Clients reopen an interrupted feed, but not one that sent `return`.
    if (!end.signal.aborted) write(named('return', ''));
  } catch (error) {
    refused = !res.headersSent && isRefusal(error);
    if (refused) throw error;
    begin();
    if (!end.signal.aborted) write(named('serialized-error', JSON.stringify(errorShapeOf(error, ctx, 'subscription', path))));
  } finally {
    clearTimeout(tooOld);
    clearInterval(pings);
    res.off('close', left);
    if (!refused) finish(res);
  }
};
