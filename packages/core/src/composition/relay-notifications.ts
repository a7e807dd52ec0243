/** Notifications of the API to the worker's relay, so that new events do not wait for its next poll. */
import { listen, type Listener } from '@cartwright/db';
import type { Logger } from 'pino';
import type { Core, RelayNotifier } from '../kernel/index.ts';

const channel = 'cartwright_outbox';
const notifyAtMostEveryMs = 50;

/** Sends NOTIFY after the commit, one statement for all commits of 50 ms, because NOTIFY inside transactions would serialise them. */
export const createRelayNotifier = (db: Core['db'], log: Logger): RelayNotifier => {
  let pending: NodeJS.Timeout | undefined;
  return {
    notify: () => {
      pending ??= setTimeout(() => {
        pending = undefined;
        db.selectNoFrom(({ fn, val }) => fn('pg_notify', [val(channel), val('')]).as('sent'))
          .execute()
          .catch((error: unknown) => log.debug({ err: error }, 'the relay was not notified; it polls anyway'));
      }, notifyAtMostEveryMs).unref();
    },
  };
};

/** Calls `onNotify` when a process of the shop has committed events. While the connection is down, only the relay's polling finds them. */
export const listenForEvents = ({ config, log }: Pick<Core, 'config' | 'log'>, onNotify: () => void): Pick<Listener, 'close'> =>
  listen({
    url: config.databaseUrl,
    channel,
    applicationName: 'cartwright-listener',
    onMessage: onNotify,
    onDown: (error) => log.warn({ err: error }, 'the connection for notifications was lost; the relay polls until it is back'),
  });
