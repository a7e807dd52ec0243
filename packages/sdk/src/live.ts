/** Live feeds: tRPC's Server-Sent Events, read with `fetch`, so that headers work and no EventSource is needed. */
import type { Problem } from '@cartwright/contracts';
import { CartwrightError, refusal } from './errors.ts';
import { pause, pauseMs } from './retry.ts';
import { hasFreshToken, headersOf, type Client } from './run-call.ts';
import { readMessages, type SseMessage } from './sse.ts';
import { readFailure, type WireError } from './transport.ts';
import type { FeedHandlers, FeedSubscription } from './types.ts';

/** An item, and the id from which a new connection resumes. */
export interface FeedItem {
  readonly id: string | null;
  readonly data: unknown;
}
/** A feed of the shop, and whom to tell of its connection and its place. */
export interface Feed {
  readonly path: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal | undefined;
  readonly onConnected?: (() => void) | undefined;
  /** Called with an id without an item: the position where the feed begins or waits. */
  readonly onPlace?: ((id: string) => void) | undefined;
  readonly onLost?: ((error: CartwrightError) => void) | undefined;
}

const lost = (cause: unknown): CartwrightError =>
  new CartwrightError({ code: 'UNREACHABLE', message: 'The connection of the live feed was lost.', status: 0, retry: 'safe', cause });

/** Aborts a connection that has received nothing for too long, because a broken connection looks like an idle one. */
const createWatch = (firstMs: number) => {
  const silence = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let allowedMs: number | null = firstMs;
  const stop = (): void => clearTimeout(timer);
  const restart = (): void => {
    stop();
    if (allowedMs !== null) timer = setTimeout(() => silence.abort(), allowedMs);
  };
  restart();
  return {
    signal: silence.signal,
    restart,
    stop,
    allow: (ms: number | null): void => {
      allowedMs = ms;
      restart();
    },
  };
};

const connect = async (client: Client, { path, input }: Feed, headers: Record<string, string>, signal: AbortSignal) => {
  const { baseUrl, fetch } = client.settings;
  let response: Response;
  try {
    response = await fetch(`${baseUrl}/trpc/${path}?input=${encodeURIComponent(JSON.stringify(input))}`, {
      headers: { ...headers, accept: 'text/event-stream' },
      signal,
    });
  } catch (cause) {
    throw lost(cause);
  }
  if (!response.ok || !response.body) throw readFailure(response, await response.text(), baseUrl);
  return response.body;
};

const parse = (message: SseMessage): unknown => {
  try {
    return JSON.parse(message.data);
  } catch (cause) {
    throw new CartwrightError({
      code: 'UNEXPECTED_ANSWER',
      message: 'The live feed sent data that is not JSON.',
      status: 200,
      retry: 'never',
      cause,
    });
  }
};

/** Seconds to wait, which a refusal in a feed has no header for. */
const retryAfterOf = ({ details }: Problem): number | null => {
  const seconds = details?.['retryAfterSeconds'];
  return typeof seconds === 'number' ? seconds : null;
};

const failureOf = (sent: WireError): CartwrightError => {
  const problem: Problem | undefined = sent.data?.problem;
  if (problem) return refusal(problem, { retryAfterSeconds: retryAfterOf(problem), cause: sent });
  return new CartwrightError({ code: 'UNEXPECTED_ANSWER', message: 'The live feed ended with an error.', status: 200, retry: 'safe' });
};

/**
 * Refuses a feed that begins elsewhere than it was asked to. The shop repeats the id of the event or place that a feed resumes from; a
 * shop of an older version begins a new feed at an id that it cannot read, so that events may be missing.
 */
const assertResumed = ({ input: { lastEventId } }: Feed, { id }: SseMessage): void => {
  if (typeof lastEventId !== 'string' || lastEventId === '' || !id || id === lastEventId) return;
  throw new CartwrightError({
    code: 'UNEXPECTED_ANSWER',
    message:
      `The shop cannot resume a live feed from ${JSON.stringify(lastEventId)}. Events may have been missed. Open the feed without ` +
      'lastEventId, and read the list of events.',
    status: 200,
    retry: 'never',
    details: { lastEventId, began: id },
  });
};

interface Connection extends Feed {
  /** Called for each item and each ping: the feed works. */
  readonly onAlive: () => void;
}

/** Reads one connection until the shop ends the feed (returns true) or the connection ends (returns false). */
async function* readFeed(client: Client, feed: Connection, headers: Record<string, string>): AsyncGenerator<FeedItem, boolean> {
  const watch = createWatch(client.settings.timeoutMs);
  try {
    const signal = feed.signal ? AbortSignal.any([feed.signal, watch.signal]) : watch.signal;
    const body = await connect(client, feed, headers, signal);
    for await (const message of readMessages(body, { onChunk: watch.restart, onLost: lost })) {
      if (message.event === 'return') return true;
      if (message.event === 'serialized-error') throw failureOf(parse(message) as WireError);
      if (message.event === 'connected') assertResumed(feed, message);
      else feed.onAlive();
      if (message.id && (message.event === 'connected' || message.event === 'ping')) feed.onPlace?.(message.id);
      if (message.event === 'connected') {
        watch.allow((parse(message) as { reconnectAfterInactivityMs?: number }).reconnectAfterInactivityMs ?? null);
        feed.onConnected?.();
      } else if (message.event === 'message') yield { id: message.id, data: parse(message) };
    }
    return false;
  } finally {
    watch.stop();
  }
}

/**
 * Yields items until the signal aborts or the shop ends the feed. Reconnects a lost connection after the last
 * item or position, without a limit of attempts; throws errors that a retry cannot resolve.
 */
export async function* openFeed(client: Client, feed: Feed): AsyncGenerator<FeedItem> {
  let { input } = feed;
  let failures = 0;
  let refreshed = false;
  const onAlive = (): void => {
    failures = 0;
    refreshed = false;
  };
  while (!feed.signal?.aborted) {
    let connected = false;
    let headers: Record<string, string> = {};
    let waitSeconds: number | null = null;
    try {
      headers = await headersOf(client);
      const onConnected = (): void => {
        connected = true;
        feed.onConnected?.();
      };
      const onPlace = (id: string): void => {
        input = { ...input, lastEventId: id };
      };
      const items = readFeed(client, { ...feed, input, onConnected, onAlive, onPlace }, headers);
      let next = await items.next();
      try {
        for (; !next.done; next = await items.next()) {
          if (next.value.id) onPlace(next.value.id);
          yield next.value;
        }
      } finally {
        // Closes the connection also when the reader stops early.
        await items.return(true);
      }
      if (next.value) return;
      if (connected) onAlive();
    } catch (error) {
      if (feed.signal?.aborted) return;
      if (!(error instanceof CartwrightError)) throw error;
      if (!refreshed && (await hasFreshToken(client, headers, error))) {
        refreshed = true;
        continue;
      }
      if (error.retry === 'never') throw error;
      // A shop that begins each feed and then refuses it is asked after longer and longer pauses.
      if (connected && error.code === 'UNREACHABLE') onAlive();
      feed.onLost?.(error);
      waitSeconds = error.retryAfterSeconds;
    }
    if (!(await waited(pauseMs(failures, waitSeconds), feed.signal))) return;
    failures += 1;
  }
}

/** Waits; false if the signal aborted the pause. */
const waited = async (ms: number, signal: AbortSignal | undefined): Promise<boolean> => {
  try {
    await pause(ms, signal);
    return true;
  } catch (error) {
    if (signal?.aborted) return false;
    throw error;
  }
};

/** Yields only the data of the feed's items. */
export async function* itemsOf(client: Client, feed: Feed): AsyncGenerator<unknown> {
  for await (const { data } of openFeed(client, feed)) yield data;
}

/** Passes each item to `onData` until the feed is closed. */
export const follow = (client: Client, feed: Feed, handlers: FeedHandlers<unknown>): FeedSubscription => {
  const end = new AbortController();
  const signal = feed.signal ? AbortSignal.any([feed.signal, end.signal]) : end.signal;
  const run = async (): Promise<void> => {
    try {
      const { onConnected, onLost } = handlers;
      for await (const item of itemsOf(client, { ...feed, signal, onConnected, onLost })) handlers.onData(item);
    } catch (error) {
      if (!handlers.onError || !(error instanceof CartwrightError)) throw error;
      handlers.onError(error);
    }
  };
  return { close: () => end.abort(), done: run() };
};
