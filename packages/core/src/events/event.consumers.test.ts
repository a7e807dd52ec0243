import { aCustomer, createTestShop, type TestShop } from '@cartwright/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deliverEvents, registerConsumers, relayOutbox, type EventConsumer } from './index.ts';

let shop: TestShop;
beforeEach(async () => void (shop = await createTestShop()));
afterEach(() => shop.close());

const states = async () => {
  const rows = await shop.core.db.selectFrom('event_deliveries').select(['eventId', 'state', 'attempts']).orderBy('eventId').execute();
  return rows.map(({ state, attempts }) => `${state} ${attempts}`);
};

describe('deliveries in batches', () => {
  const relayed = async (consumer: EventConsumer) => {
    await registerConsumers(shop.core, [consumer]);
    for (let i = 0; i < 3; i += 1) await aCustomer(shop.core);
    return (await relayOutbox(shop.core)).deliveries.map((d) => d.eventId).toSorted();
  };

  it('a batch of events is handled in one transaction', async () => {
    const handled: string[] = [];
    const consumer: EventConsumer = {
      name: 'counting',
      events: ['user.registered'],
      handle: async (_tx, event) => {
        handled.push(event.id);
        return [{ queue: 'mail', id: event.id }];
      },
    };
    const eventIds = await relayed(consumer);
    const round = await deliverEvents(shop.core, [consumer], 'counting', eventIds);
    expect(round).toEqual({ followUps: eventIds.map((id) => ({ queue: 'mail', id })), handled: eventIds, left: [], failed: [] });
    expect(handled).toEqual(eventIds);
    const transactions = await shop.core.db.selectFrom('event_deliveries').select('doneAt').distinct().execute();
    expect(transactions).toHaveLength(1);
    expect((await deliverEvents(shop.core, [consumer], 'counting', eventIds)).followUps).toEqual([]);
  });

  it('a failing event of a batch does not affect the others, and only its failure is counted', async () => {
    let bad: string | undefined;
    const consumer: EventConsumer = {
      name: 'picky',
      events: ['user.registered'],
      handle: async (_tx, event) => {
        if (event.id === bad) throw new Error('not this one');
        return [];
      },
    };
    const eventIds = await relayed(consumer);
    bad = eventIds[1];
    const round = await deliverEvents(shop.core, [consumer], 'picky', eventIds);
    expect(round.handled).toEqual([eventIds[0], eventIds[2]]);
    expect(round.failed).toEqual([{ eventId: bad, error: expect.objectContaining({ message: 'not this one' }) }]);
    expect(await states()).toEqual(['done 0', 'pending 1', 'done 0']);
  });
});
