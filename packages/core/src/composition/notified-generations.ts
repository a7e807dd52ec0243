/** Generations of cached reads without Redis: each process has its own, and invalidates those of the others by NOTIFY. */
import { listen, type Listener } from '@cartwright/db';
import type { Logger } from 'pino';
import { readNamespaces, type Core, type Generations, type ReadNamespace } from '../kernel/index.ts';

const channel = 'cartwright_reads';

/** Listens from the first read on. Nothing is cached while the connection is down, because changes of other processes would be missed. */
export const createNotifiedGenerations = (db: Core['db'], url: string, self: string, log: Logger): Generations => {
  const counts = new Map<ReadNamespace, number>();
  let listener: Listener | null = null;
  const advance = (namespaces: readonly ReadNamespace[]): void => {
    for (const namespace of namespaces) counts.set(namespace, (counts.get(namespace) ?? 0) + 1);
  };
  const hear = (): Listener =>
    listen({
      url,
      channel,
      applicationName: 'cartwright-reads',
      onUp: () => advance(readNamespaces),
      onDown: (error) => log.warn({ err: error }, 'changes of other processes are not heard; reads are not cached meanwhile'),
      onMessage: (payload) => {
        const [sender, ...namespaces] = payload.split(' ');
        if (sender !== self) advance(readNamespaces.filter((namespace) => namespaces.includes(namespace)));
      },
    });
  return {
    current: async (namespace) => {
      listener ??= hear();
      await listener.settled;
      return listener.isUp ? String(counts.get(namespace) ?? 0) : null;
    },
    advance: async (namespaces) => {
      advance(namespaces);
      const message = [self, ...namespaces].join(' ');
      await db.selectNoFrom(({ fn, val }) => fn('pg_notify', [val(channel), val(message)]).as('sent')).execute();
    },
    close: async () => listener?.close(),
  };
};
