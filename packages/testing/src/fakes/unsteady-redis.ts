/** A connection to a real Redis that a test can make hang: it still accepts connections and commands, and answers nothing. */
import { connect, createServer, type Socket } from 'node:net';

/** The connection, and how it hangs. */
export interface UnsteadyRedis {
  readonly url: string;
  /** From now on no command is answered. */
  hang(): void;
  /** Passes on what was sent meanwhile, and its answers. */
  recover(): void;
  /** Loses its present connections as a machine does that vanishes: nobody closes them. New connections work. */
  lose(): void;
  close(): void;
}

/**
 * Starts a server on a free port that passes everything on to the Redis of `url`.
 * @param url - with the number of a database, such as `redis://127.0.0.1:6379/3`
 */
export const startUnsteadyRedis = async (url: string): Promise<UnsteadyRedis> => {
  const { hostname, port, pathname } = new URL(url);
  const sockets = new Set<Socket>();
  const lost = new Set<Socket>();
  let hangs = false;
  const server = createServer((caller) => {
    const redis = connect(Number(port || 6379), hostname);
    for (const [from, to] of [
      [caller, redis],
      [redis, caller],
    ] as const) {
      sockets.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        lost.delete(from);
        to.destroy();
      });
      from.on('data', (data) => void to.write(data));
      if (hangs) from.pause();
    }
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    url: `redis://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}${pathname}`,
    hang: () => {
      hangs = true;
      for (const socket of sockets) socket.pause();
    },
    recover: () => {
      hangs = false;
      for (const socket of sockets) if (!lost.has(socket)) socket.resume();
    },
    lose: () => {
      for (const socket of sockets) lost.add(socket.pause());
    },
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
};
