import { type FlashSale } from '@cartwright/contracts';
import { aConsistentShop, salesOf, race, unique } from '@cartwright/testing';
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { type Actor } from '../kernel/index.ts';
import { admitBuyers, getWaitingPlace, joinWaitingRoom } from './index.ts';

const anonymous: Actor = { kind: 'guest', cartToken: null };
const shop = await aConsistentShop();

const { aSale, buy } = salesOf(shop);

describe('the waiting room', () => {
  const join = (sale: FlashSale, email = `queue-${unique()}@example.com`, actor: Actor = anonymous) =>
    joinWaitingRoom(shop.core, actor, { saleId: sale.id, email });

  test('a buyer has one place in the waiting room, in order of arrival', async () => {
    const { sale } = await aSale({ waitingRoom: true });
    const places = [];
    for (let i = 0; i < 3; i += 1) places.push(await join(sale, `q${i}@example.com`));
    expect(places.map((p) => p.place.ahead)).toEqual([0, 1, 2]);
    expect((await join(sale, 'q1@example.com')).ticket).toBe(places[1]?.ticket);
    const { won } = await race(40, () => join(sale, 'same@example.com'));
    expect(new Set(won.map((w) => w.ticket)).size).toBe(1);
  });

  test('only an admitted buyer can buy, once, with their own ticket', async () => {
    const { sale, item } = await aSale({ units: 5, waitingRoom: true });
    const first = await join(sale, 'first@example.com');
    await expect(buy(item, { email: 'first@example.com', ticket: first.ticket })).rejects.toMatchObject({ code: 'ADMISSION_REQUIRED' });
    await sql`update waiting_rooms set ticked_at = now() - interval '1 second' where sale_id = ${sale.id}`.execute(shop.core.db);
    expect(await admitBuyers(shop.core, sale.id)).toBe(1);
    const second = await join(sale, 'second@example.com');

    await expect(buy(item, { email: 'first@example.com' })).rejects.toMatchObject({ code: 'ADMISSION_REQUIRED' });
    await expect(buy(item, { email: 'thief@example.com', ticket: first.ticket })).rejects.toMatchObject({ code: 'ADMISSION_REQUIRED' });
    await expect(buy(item, { email: 'second@example.com', ticket: second.ticket })).rejects.toMatchObject({ code: 'ADMISSION_REQUIRED' });
    const forged = first.ticket.replace(/\.\d+\./, '.1000000.');
    await expect(buy(item, { email: 'first@example.com', ticket: forged })).rejects.toMatchObject({ code: 'ADMISSION_REQUIRED' });

    expect((await buy(item, { email: 'first@example.com', ticket: first.ticket })).purchase.status).toBe('pending');
    await expect(buy(item, { email: 'first@example.com', ticket: first.ticket })).rejects.toMatchObject({ code: 'ADMISSION_REQUIRED' });
    await expect
      .poll(async () => (await getWaitingPlace(shop.core, anonymous, { saleId: sale.id, ticket: first.ticket })).state)
      .toBe('used');
  });

  test('a ticket is valid for its own sale until its admission ends, and a new place has a new ticket', async () => {
    const [one, other] = [await aSale({ units: 5, waitingRoom: true }), await aSale({ units: 5, waitingRoom: true })];
    const email = `turn-${unique()}@example.com`;
    const admitNext = async (sale: FlashSale) => {
      await sql`update waiting_rooms set ticked_at = now() - interval '1 second' where sale_id = ${sale.id}`.execute(shop.core.db);
      await admitBuyers(shop.core, sale.id);
    };
    const [mine, elsewhere] = [await join(one.sale, email), await join(other.sale, email)];
    await admitNext(one.sale);
    await admitNext(other.sale);
    const refused = { code: 'ADMISSION_REQUIRED' };
    await expect(buy(one.item, { email, ticket: elsewhere.ticket })).rejects.toMatchObject(refused);
    await expect(getWaitingPlace(shop.core, anonymous, { saleId: one.sale.id, ticket: elsewhere.ticket })).rejects.toMatchObject(refused);

    await sql`update waiting_places set admitted_until = now() - interval '1 second' where sale_id = ${one.sale.id}`.execute(shop.core.db);
    await expect(buy(one.item, { email, ticket: mine.ticket })).rejects.toMatchObject(refused);
    const placeState = () =>
      getWaitingPlace(shop.core, anonymous, { saleId: one.sale.id, ticket: mine.ticket }).then(
        (place) => place.state,
        (error: { code: string }) => error.code,
      );
    await expect.poll(placeState).toBe('expired');

    const anew = await join(one.sale, email);
    expect(anew.ticket).not.toBe(mine.ticket);
    await expect(buy(one.item, { email, ticket: anew.ticket })).rejects.toMatchObject(refused);
    await admitNext(one.sale);
    await expect.poll(placeState).toBe('ADMISSION_REQUIRED');
    await expect(buy(one.item, { email, ticket: anew.ticket })).resolves.toMatchObject({ purchase: { quantity: 1 } });
    await expect(buy(other.item, { email, ticket: elsewhere.ticket })).resolves.toMatchObject({ purchase: { quantity: 1 } });
  });

  test('no more buyers are admitted than can find a unit, and a missed admission makes room for the next', async () => {
    const { sale } = await aSale({ units: 4, waitingRoom: true });
    const joined = await race(30, () => join(sale));
    expect(joined.won).toHaveLength(30);
    const step = async () => {
      await sql`update waiting_rooms set ticked_at = now() - interval '1 second' where sale_id = ${sale.id}`.execute(shop.core.db);
      return admitBuyers(shop.core, sale.id);
    };
    expect(await step()).toBe(6);
    expect(await step()).toBe(0);
    await sql`update waiting_places set admitted_until = now() - interval '1 second' where sale_id = ${sale.id} and number <= 2`.execute(
      shop.core.db,
    );
    expect(await step()).toBe(2);
  });

  test('concurrent admissions of one waiting room admit buyers once', async () => {
    const { sale } = await aSale({ units: 100, waitingRoom: true });
    await race(100, () => join(sale));
    const room = shop.core.db.selectFrom('waiting_rooms').select('tickedAt').where('saleId', '=', sale.id);
    await sql`update waiting_rooms set ticked_at = now() - interval '1 second' where sale_id = ${sale.id}`.execute(shop.core.db);
    const before = await room.executeTakeFirstOrThrow();
    const { won } = await race(20, () => admitBuyers(shop.core, sale.id));
    const after = await room.executeTakeFirstOrThrow();
    // Ten per second at first.
    const admitted = won.reduce((a, b) => a + b, 0);
    expect(admitted).toBeGreaterThanOrEqual(10);
    expect(admitted).toBeLessThanOrEqual(Math.ceil((after.tickedAt.getTime() - before.tickedAt.getTime()) / 100));
    const { rows } = await sql`select 1 from waiting_places where sale_id = ${sale.id} and admitted_until is not null`.execute(
      shop.core.db,
    );
    expect(rows).toHaveLength(admitted);
  });

  test('polling buyers are admitted when the worker is stopped', async () => {
    const { sale } = await aSale({ units: 5, waitingRoom: true });
    const { ticket } = await join(sale);
    await sql`update waiting_rooms set ticked_at = now() - interval '10 seconds' where sale_id = ${sale.id}`.execute(shop.core.db);
    await expect.poll(async () => (await getWaitingPlace(shop.core, anonymous, { saleId: sale.id, ticket })).state).toBe('admitted');
  });

  test('waiting buyers see sold_out when no unit can become free', async () => {
    const { sale, item } = await aSale({ units: 1, waitingRoom: true });
    const a = await join(sale, 'a@example.com');
    await sql`update waiting_rooms set ticked_at = now() - interval '1 second' where sale_id = ${sale.id}`.execute(shop.core.db);
    await admitBuyers(shop.core, sale.id);
    const b = await join(sale, 'b@example.com');
    await buy(item, { email: 'a@example.com', ticket: a.ticket, token: 'tok_success' });
    await expect
      .poll(async () => (await getWaitingPlace(shop.core, anonymous, { saleId: sale.id, ticket: b.ticket })).state)
      .toBe('sold_out');
  });

  test('joining the waiting room of a sale without one is refused with NO_WAITING_ROOM', async () => {
    const { sale } = await aSale();
    await expect(join(sale)).rejects.toMatchObject({ code: 'NO_WAITING_ROOM' });
  });
});
