/** The Redis of cached reads, shared rate limits and queues. While it does not answer, callers go on without it and do not wait. */
import { once } from 'node:events';
import { circuitBreaker, CircuitState, ConsecutiveBreaker, handleWhen } from 'cockatiel';
import { Redis, ReplyError, type RedisOptions } from 'ioredis';
import type { Logger } from 'pino';

/** Longest wait for the answer to a command, and for a connection. */
const answerWithinMs = 2_000;
/** Commands in a row without an answer, after which no more are sent. */
const failuresToOpen = 2;
/** Pause between two probes of a Redis that did not answer. */
const probeEveryMs = 5_000;

/** Redis did not answer in time, or the command was not sent because earlier ones got no answer. */
export class RedisUnavailable extends Error {
  override readonly name = 'RedisUnavailable';
}

/** The connection to Redis, with its circuit breaker. */
export interface SharedRedis {
  readonly client: Redis;
  /**
   * Runs a command. After two commands in a row without an answer the circuit is open: commands fail at once and are not sent, until a
   * probe in the background is answered.
   * @throws RedisUnavailable
   */
  use<T>(command: (client: Redis) => Promise<T>): Promise<T>;
  /** Whether Redis is connected and answers, as far as this process knows. */
  readonly isUp: boolean;
  /** How often Redis stopped answering. */
  readonly outages: number;
  /** Calls `listener` whenever the circuit is closed again. */
  onBack(listener: () => void): void;
  close(): void;
}

/** An error reply is an answer. */
const isAnswer = (error: unknown): boolean => error instanceof ReplyError;

/** Watches a client. Logs once when Redis stops answering, and once when it answers again. */
export const watchRedis = (client: Redis, log: Logger): SharedRedis => {
  const breaker = circuitBreaker(
    handleWhen((error) => !isAnswer(error)),
    // Only probes come when the circuit is not closed, each after its pause. The breaker must let them through when the clock was set back.
    { halfOpenAfter: Number.NEGATIVE_INFINITY, breaker: new ConsecutiveBreaker(failuresToOpen) },
  );
  let isOpen = false;
  let outages = 0;
  let nextProbe: NodeJS.Timeout | undefined;
  let closed = false;
  const probe = (): void => void breaker.execute(() => client.ping()).catch(() => undefined);
  breaker.onBreak((reason) => {
    if (closed) return;
    nextProbe = setTimeout(probe, probeEveryMs).unref();
    if (isOpen) return;
    isOpen = true;
    outages += 1;
    const err = 'error' in reason ? reason.error : undefined;
    log.warn(
      { err },
      'Redis does not answer: until it does, reads are not cached, rate limits are counted here, and jobs run without queues',
    );
  });
  breaker.onReset(() => {
    isOpen = false;
    log.info('Redis answers again');
  });
  client.on('ready', () => {
    if (breaker.state !== CircuitState.Open) return;
    clearTimeout(nextProbe);
    probe();
  });
  return {
    client,
    use: async (command) => {
      // Only a probe closes the circuit, and no command waits for a probe.
      if (isOpen) throw new RedisUnavailable('Redis did not answer earlier commands; this one was not sent');
      try {
        return await breaker.execute(() => command(client));
      } catch (error) {
        throw isAnswer(error) ? error : new RedisUnavailable('Redis did not answer', { cause: error });
      }
    },
    get isUp() {
      return client.status === 'ready' && !isOpen;
    },
    get outages() {
      return outages;
    },
    onBack: (listener) => void breaker.onReset(listener),
    close: () => {
      closed = true;
      clearTimeout(nextProbe);
      client.disconnect();
    },
  };
};

/** When a connection is given up. A machine that vanished closes none: without `socketTimeout` TCP waits for a quarter of an hour. */
export const redisTimeouts = { connectTimeout: answerWithinMs, socketTimeout: 2 * answerWithinMs } as const satisfies RedisOptions;

const options: RedisOptions = {
  ...redisTimeouts,
  maxRetriesPerRequest: 1,
  enableOfflineQueue: false,
  commandTimeout: answerWithinMs,
};

/**
 * Connects to Redis. Waits until it answers or fails for the first time: a shop starts without Redis, but a short delay must not count as a
 * failure.
 */
export const connectRedis = async (url: string, log: Logger): Promise<SharedRedis> => {
  const client = new Redis(url, options);
  let isConnected = true;
  client.on('error', (error) => {
    if (isConnected) log.warn({ err: error }, 'Redis is unavailable; this process tries to connect again');
    isConnected = false;
  });
  client.on('ready', () => (isConnected = true));
  const redis = watchRedis(client, log);
  await Promise.race([once(client, 'ready'), once(client, 'close')]).catch((error: unknown) =>
    log.warn({ err: error }, 'the shop starts without Redis and tries to connect again'),
  );
  return redis;
};
