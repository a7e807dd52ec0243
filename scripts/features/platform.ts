/** Units of notifications, events and the platform below all others. */
import { notBuilt, feature, type FeatureArea } from './feature.ts';

export const platform: FeatureArea = {
  name: 'Notifications, events, platform',
  features: [
    feature(
      'mails of orders and accounts',
      'sendNotification mailbox.list mailbox.get',
      'the mail … has a subject, a heading and a text without a missing value',
      'the buyer gets a mail about each parcel with its contents',
    ),
    feature(
      'delivery of mails over SMTP, with the reason of a failure',
      'sendNotification failNotification findStaleNotifications',
      'a mail that the mail server refuses fails with the reply of the server, the settings to check and the way to send it again',
    ),
    notBuilt('SMS, push, manual mails and resending from the admin; farewell, reset and invoice mails'),
    feature(
      'outbox, delivery to consumers, once per consumer',
      'relayOutbox deliverEvents system.consumers',
      'events are committed with the change, and the relay is notified once',
      'the worker applies each event once, even if the queue delivers it twice',
      'the worker retries a failing consumer while other consumers continue',
    ),
    feature(
      'history and live feed of events',
      'events.list events.live',
      'each of three feeds shows all of 1,200 events that were committed at once, and those after them',
      'a feed resumes after a deleted event by the time of that event',
    ),
    notBuilt('replay of old events on request'),
    feature(
      'cache',
      'ReadCache',
      'every caller of a cache gets one copy that nobody can change',
      'a cache forgets after its time, on demand, and by the prefix of a key',
      'a shop whose Redis is unreachable starts, and serves cached reads and limits on its own',
    ),
    feature(
      'transactions, pool and probes of the database',
      'transact /healthz /readyz',
      'two transactions that really deadlock both commit',
      'an exhausted connection pool causes 503 with Retry-After, leaves the server alive but not ready, and recovers at once',
      'the health probes report a running and ready server',
    ),
    notBuilt('read replicas and a log of slow statements'),
    feature(
      'settings checked at the start; CORS; request ids; orderly stop',
      'createServer /metrics',
      'one error names every invalid variable of core and HTTP layer',
      'production refuses a weak secret, a PUBLIC_URL without HTTPS and a missing Stripe key',
      'listed origins may call …, and others get no CORS header',
      'an answer has the caller’s request id if it is valid, and a new one otherwise',
      'a shutdown completes a request that has started and accepts no new one',
    ),
    notBuilt('feature flags'),
    feature(
      'audit log of staff actions',
      'settings.update retireConsumer',
      'shop settings change once per version, with both states in the audit log',
      'retiring a consumer drops its open deliveries, keeps handled ones, and writes the audit log',
    ),
    feature(
      'load, failures and hostile input',
      'system.invariants system.dashboard system.unreadable',
      'every invariant holds while a hundred buyers compete for ten units',
      'a full disk after a charge leaves the order pending, and the repeat or the worker settles it with one charge',
      'a URL with … is answered with less than a second of CPU time and leaves Object.prototype unchanged',
    ),
    notBuilt(
      'API keys and a second factor; erasure and export of personal data; outgoing webhooks; change of the encryption secret under load',
    ),
  ],
};
