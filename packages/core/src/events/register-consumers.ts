import { transact, type Core } from '../kernel/index.ts';
import { lockRegister } from './consumer.locks.ts';
import { insertSubscriptions, setConsumersSeen, upsertConsumers } from './consumer.store.ts';
import type { EventConsumer } from './event.consumers.ts';

/**
 * Registers consumers in the database with the events that each subscribes to. A worker does this at its start; a
 * repeat changes nothing.
 *
 * No relay runs meanwhile, so it is exact where a new consumer starts: it gets each event that was not relayed when it
 * registered, and with `from: 'beginning'` also each event that was. Events are only added here: another worker, of an
 * older or a newer version, may handle those that this one does not know. `retireConsumer` takes them away.
 */
export const registerConsumers = (core: Core, consumers: readonly EventConsumer[]): Promise<void> => {
  const wanted = consumers.flatMap(({ name, events, from = 'registration' }) => events.map((event) => ({ consumer: name, event, from })));
  return transact(core, async (tx) => {
    await lockRegister(tx);
    await upsertConsumers(
      tx,
      consumers.map((c) => c.name),
    );
    await insertSubscriptions(tx, wanted);
  });
};

/** Records that a running worker handles these consumers. Returns the names that are no longer registered. */
export const markConsumersSeen = async (core: Core, names: readonly string[]): Promise<string[]> => {
  const seen = new Set(await transact(core, { oneStatement: true }, (tx) => setConsumersSeen(tx, names)));
  return names.filter((name) => !seen.has(name));
};
