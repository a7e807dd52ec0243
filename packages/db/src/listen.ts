/**
 * A LISTEN connection that reconnects automatically. It asks the server for a sign of life: a connection that a firewall or a failed host
 * has silently dropped reports no error, and its messages would be missed for hours.
 */
import pg from 'pg';

/** A connection that listens. */
export interface Listener {
  /** Whether the connection is open. Messages sent while it is not are lost. */
  readonly isUp: boolean;
  /** Resolves when the first connection attempt has succeeded or failed. */
  readonly settled: Promise<void>;
  close(): Promise<void>;
}

/** What a connection listens to. */
export interface ListenOptions {
  readonly url: string;
  readonly channel: string;
  readonly applicationName: string;
  onMessage(payload: string): void;
  /** Called after each successful connection, including the first. */
  onUp?(): void;
  onDown(error: Error): void;
  /** Pause between two signs of life; default 10 s. Messages of a dropped connection are missed for this time and `answerTimeoutMs`. */
  readonly aliveEveryMs?: number;
  /** Longest wait for an answer of the server; default 5 s. */
  readonly answerTimeoutMs?: number;
}

const retryMs = 2_000;

const createClient = ({ url, applicationName, answerTimeoutMs = 5_000 }: ListenOptions): pg.Client =>
  new pg.Client({
    connectionString: url,
    application_name: applicationName,
    keepAlive: true,
    connectionTimeoutMillis: answerTimeoutMs,
    query_timeout: answerTimeoutMs,
  });

const toError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

/** Listens to a channel on its own connection, and reconnects whenever it is lost. */
export const listen = (options: ListenOptions): Listener => {
  const { channel, onMessage, onUp, onDown, aliveEveryMs = 10_000 } = options;
  let closed = false;
  let client: pg.Client | null = null;
  let isUp = false;
  /** The next attempt to connect, or the next sign of life. */
  let timer: NodeJS.Timeout | undefined;

  const lose = (lost: pg.Client, error: Error): void => {
    if (client !== lost) return;
    client = null;
    isUp = false;
    clearTimeout(timer);
    // The connection is already broken, so an error of `end` adds nothing.
    lost.end().catch(() => undefined);
    if (closed) return;
    onDown(error);
    timer = setTimeout(() => void connect(), retryMs).unref();
  };
  const stayAlive = (open: pg.Client): void => {
    timer = setTimeout(() => {
      open.query('select 1').then(
        () => {
          if (!closed && client === open) stayAlive(open);
        },
        (error: unknown) => lose(open, toError(error)),
      );
    }, aliveEveryMs).unref();
  };
  const connect = async (): Promise<void> => {
    const next = createClient(options);
    client = next;
    next.on('error', (error) => lose(next, error));
    next.on('end', () => lose(next, new Error('The server ended the connection')));
    next.on('notification', ({ payload }) => onMessage(payload ?? ''));
    try {
      await next.connect();
      await next.query(`listen ${channel}`);
      if (closed || client !== next) return;
      isUp = true;
      stayAlive(next);
      onUp?.();
    } catch (error) {
      lose(next, toError(error));
    }
  };
  const settled = connect();
  return {
    get isUp() {
      return isUp;
    },
    settled,
    close: async () => {
      closed = true;
      clearTimeout(timer);
      await settled;
      await client?.end();
    },
  };
};
