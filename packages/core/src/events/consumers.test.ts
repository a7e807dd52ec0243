/**
 * Consumers are registered in the database: whichever process relays, each consumer gets its events, and none is lost while it is
 * absent.
 */
import { contract, type UserId } from '@cartwright/contracts';
import { aStaffMember, createTestShop, type TestShop } from '@cartwright/testing';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { randomIds, system, transact } from '../kernel/index.ts';
import {
  catchUpConsumers,
  deliverEvents,
  findStaleDeliveries,
  listConsumers,
  markConsumersSeen,
  registerConsumers,
  relayOutbox,
  retireConsumer,
  type EventConsumer,
} from './index.ts';

let shop: TestShop;
beforeEach(async () => void (shop = await createTestShop()));
afterEach(() => shop.close());

const consumer = (name: string, rest: Partial<EventConsumer> = {}): EventConsumer => ({
  name,
  events: ['user.registered'],
  handle: async () => [],
  ...rest,
});
const announce = (count: number): Promise<void> =>
  transact(shop.core, async (tx) => {
    for (let n = 0; n < count; n += 1) {
      const userId = randomIds.next<UserId>();
      tx.outbox.add('user.registered', userId, { userId });
    }
  });
const relayAll = async (): Promise<void> => {
  while ((await relayOutbox(shop.core)).relayed > 0);
};
const deliveriesOf = async (name: string, state = 'pending'): Promise<string[]> => {
  const rows = await shop.core.db
    .selectFrom('event_deliveries')
    .select('eventId')
    .where('consumer', '=', name)
    .where('state', '=', state as 'pending')
    .execute();
  return rows.map((row) => row.eventId).toSorted();
};
const allEvents = async (): Promise<string[]> =>
  (await shop.core.db.selectFrom('outbox_events').select('id').execute()).map(({ id }) => id).toSorted();
const makeAbsent = (name: string) =>
  sql`update event_consumers set last_seen_at = now() - interval '2 minutes' where name = ${name}`.execute(shop.core.db);

it('a relay writes deliveries for consumers that its own process does not know', async () => {
  await registerConsumers(shop.core, [consumer('old')]);
  await registerConsumers(shop.core, [consumer('old'), consumer('new')]);
  // The older worker starts again and registers the consumers it knows.
  await registerConsumers(shop.core, [consumer('old')]);
  await announce(4);
  await relayAll();
  expect(await deliveriesOf('old')).toEqual(await allEvents());
  expect(await deliveriesOf('new')).toEqual(await allEvents());
});

it('a process leaves deliveries of unknown consumers or events to another one, and counts no attempt', async () => {
  await registerConsumers(shop.core, [consumer('new', { events: ['user.registered', 'product.created'] })]);
  await announce(1);
  await relayAll();
  const [id = ''] = await allEvents();
  expect(await deliverEvents(shop.core, [], 'new', [id])).toEqual({ followUps: [], handled: [], left: [id], failed: [] });
  const older = consumer('new', { events: ['product.created'] });
  expect(await deliverEvents(shop.core, [older], 'new', [id])).toEqual({ followUps: [], handled: [], left: [id], failed: [] });
  const { rows } = await sql`select state, attempts from event_deliveries`.execute(shop.core.db);
  expect(rows).toEqual([{ state: 'pending', attempts: 0 }]);
  expect((await deliverEvents(shop.core, [consumer('new')], 'new', [id])).handled).toEqual([id]);
});

describe('consumers that register during a relay', () => {
  /** Three relays run while events are added, and the consumer registers in between. */
  const registerInTheMiddle = async (late: EventConsumer): Promise<void> => {
    await registerConsumers(shop.core, [consumer('first')]);
    await announce(300);
    const relay = async (): Promise<void> => {
      for (let n = 0; n < 12; n += 1) {
        await announce(40);
        await relayOutbox(shop.core);
      }
    };
    const register = async (): Promise<void> => {
      for (;;) {
        const { rows } = await sql`select 1 from outbox_events where relayed_at is not null limit 1`.execute(shop.core.db);
        if (rows.length > 0) return registerConsumers(shop.core, [late]);
      }
    };
    await Promise.all([relay(), relay(), relay(), register()]);
    await relayAll();
  };

  it('a new consumer gets each event that was not relayed when it registered, and no other', async () => {
    await registerInTheMiddle(consumer('late'));
    const { rows } = await sql<{ id: string }>`
      select e.id from outbox_events e, event_subscriptions s where s.consumer = 'late' and e.relayed_at > s.since order by e.id`.execute(
      shop.core.db,
    );
    expect(await deliveriesOf('late')).toEqual(rows.map(({ id }) => id));
    expect(rows.length).toBeLessThan((await allEvents()).length);
    expect(await deliveriesOf('first')).toEqual(await allEvents());
  });

  it('a consumer that starts from the beginning gets every event once', async () => {
    await registerInTheMiddle(consumer('late', { from: 'beginning' }));
    await Promise.all([catchUpConsumers(shop.core, 50), catchUpConsumers(shop.core, 50)]);
    expect(await catchUpConsumers(shop.core)).toBe(0);
    expect(await deliveriesOf('late')).toEqual(await allEvents());
  });
});

describe('absent consumers', () => {
  it('events of an absent consumer stay in the database, off the queue, until a worker handles it', async () => {
    await registerConsumers(shop.core, [consumer('here'), consumer('away')]);
    await makeAbsent('away');
    await announce(3);
    const { deliveries } = await relayOutbox(shop.core);
    expect(deliveries.map((d) => d.consumer)).toEqual(['here', 'here', 'here']);
    expect(await findStaleDeliveries(shop.core, ['here'], 60)).toEqual([]);
    expect(await deliveriesOf('away')).toHaveLength(3);
    expect((await findStaleDeliveries(shop.core, ['away'], 60)).map((d) => d.eventId).toSorted()).toEqual(await allEvents());
  });

  it('staff see an absent consumer with its open deliveries', async () => {
    const admin = await aStaffMember(shop.core);
    await relayAll();
    await registerConsumers(shop.core, [consumer('here'), consumer('away')]);
    await makeAbsent('away');
    await announce(2);
    await relayAll();
    const { items } = await listConsumers(shop.core, admin);
    expect(contract.system.consumers.output.parse({ items }).items).toMatchObject([
      { name: 'away', absent: true, pendingCount: 2, deadCount: 0, events: ['user.registered'] },
      { name: 'here', absent: false, pendingCount: 2 },
    ]);
  });

  it('open deliveries of one consumer never fill the sweep of another', async () => {
    await registerConsumers(shop.core, [consumer('here'), consumer('away')]);
    await announce(250);
    await relayAll();
    await sql`update event_deliveries
      set enqueued_at = now() - interval '1 hour' - case consumer when 'away' then interval '1 hour' else interval '0' end`.execute(
      shop.core.db,
    );
    const found = await findStaleDeliveries(shop.core, ['here', 'away'], 60);
    expect(Map.groupBy(found, (d) => d.consumer).get('here')).toHaveLength(200);
    expect(Map.groupBy(found, (d) => d.consumer).get('away')).toHaveLength(200);
  });
});

describe('retiring consumers', () => {
  const cli = system('cli');

  it('retiring a consumer is refused while a running worker handles it, and to staff', async () => {
    await registerConsumers(shop.core, [consumer('here')]);
    const admin = await aStaffMember(shop.core);
    await expect(retireConsumer(shop.core, cli, { name: 'here' })).rejects.toMatchObject({ code: 'CONSUMER_ACTIVE' });
    await expect(retireConsumer(shop.core, cli, { name: 'nobody' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(retireConsumer(shop.core, admin, { name: 'here' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('retiring a consumer drops its open deliveries, keeps handled ones, and writes the audit log', async () => {
    await registerConsumers(shop.core, [consumer('gone')]);
    await announce(3);
    await relayAll();
    const [id = ''] = await allEvents();
    await deliverEvents(shop.core, [consumer('gone')], 'gone', [id]);
    await makeAbsent('gone');
    expect(await retireConsumer(shop.core, cli, { name: 'gone' })).toEqual({ name: 'gone', droppedDeliveries: 2 });
    expect([await deliveriesOf('gone'), await deliveriesOf('gone', 'done')]).toEqual([[], [id]]);
    await announce(1);
    await relayAll();
    expect(await deliveriesOf('gone')).toEqual([]);
    expect(await markConsumersSeen(shop.core, ['gone'])).toEqual(['gone']);
    const audited = await shop.core.db.selectFrom('audit_log').select(['actor', 'action', 'subjectId']).execute();
    expect(audited).toEqual([{ actor: 'system:cli', action: 'consumer.retire', subjectId: 'gone' }]);
  });

  it('single events can be retired from a running consumer', async () => {
    await registerConsumers(shop.core, [consumer('here', { events: ['user.registered', 'product.created'] })]);
    await announce(2);
    await relayAll();
    expect(await retireConsumer(shop.core, cli, { name: 'here', events: ['user.registered'] })).toMatchObject({ droppedDeliveries: 2 });
    const { items } = await listConsumers(shop.core, cli);
    expect(items).toMatchObject([{ name: 'here', events: ['product.created'], pendingCount: 0 }]);
  });

  it('retiring an event that this version handles, or that the consumer is not subscribed to, is refused', async () => {
    const current = [consumer('here')];
    await registerConsumers(shop.core, current);
    await announce(2);
    await relayAll();
    const retireEvent = (event: string) => retireConsumer(shop.core, cli, { name: 'here', events: [event], current });
    await expect(retireEvent('user.registered')).rejects.toMatchObject({
      code: 'CONSUMER_ACTIVE',
      message: expect.stringMatching(/handles user\.registered for the consumer here/),
    });
    await expect(retireEvent('product.created')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await deliveriesOf('here')).toHaveLength(2);
    await makeAbsent('here');
    expect(await retireEvent('user.registered')).toMatchObject({ droppedDeliveries: 2 });
  });
});
