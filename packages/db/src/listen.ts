/** A LISTEN connection that reconnects automatically. */
import pg from 'pg';

export interface Listener {
  /** Whether the connection is open. Messages sent while it is not are lost. */
  readonly isUp: boolean;
  /** Resolves when the first connection attempt has succeeded or failed. */
  readonly settled: Promise<void>;
  close(): Promise<void>;
}

export interface ListenOptions {
  readonly url: string;
  readonly channel: string;
  readonly applicationName: string;
  onMessage(payload: string): void;
  /** Called after each successful connection, including the first. */
  onUp?(): void;
  onDown(error: Error): void;
}

const retryMs = 2_000;
const connectTimeoutMs = 5_000;

/** Listens to a channel on its own connection, and reconnects whenever it is lost. */
export const listen = ({ url, channel, applicationName, onMessage, onUp, onDown }: ListenOptions): Listener => {
  let closed = false;
  let client: pg.Client | null = null;
  let isUp = false;
  let retry: NodeJS.Timeout | undefined;

  const lose = (lost: pg.Client, error: Error): void => {
    if (client !== lost) return;
    client = null;
    isUp = false;
    // The connection is already broken, so an error of `end` adds nothing.
    lost.end().catch(() => undefined);
    if (closed) return;
    onDown(error);
    retry = setTimeout(() => void connect(), retryMs).unref();
  };
  const connect = async (): Promise<void> => {
    const next = new pg.Client({
      connectionString: url,
      application_name: applicationName,
      keepAlive: true,
      connectionTimeoutMillis: connectTimeoutMs,
    });
    client = next;
    next.on('error', (error) => lose(next, error));
    next.on('end', () => lose(next, new Error('The server ended the connection')));
    next.on('notification', ({ payload }) => onMessage(payload ?? ''));
    try {
      await next.connect();
      await next.query(`listen ${channel}`);
      if (closed || client !== next) return;
      isUp = true;
      onUp?.();
    } catch (error) {
      lose(next, error instanceof Error ? error : new Error(String(error)));
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
      clearTimeout(retry);
      await settled;
      await client?.end();
    },
  };
};
