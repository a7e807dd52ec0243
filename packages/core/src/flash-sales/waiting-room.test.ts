import { type FlashSale } from '@cartwright/contracts';
import { aConsistentShop, salesOf, race, unique } from '@cartwright/testing';
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { type Actor } from '../kernel/index.ts';
import { admitBuyers, getWaitingPlace, joinWaitingRoom } from './index.ts';

const nobody: Actor = { kind: 'guest', cartToken: null };
const shop = await aConsistentShop();

const { aSale, buy } = salesOf(shop);

describe('the waiting room', () => {
  const join = (sale: FlashSale, email = `queue-${unique()}@example.com`, actor: Actor = nobody) =>
    joinWaitingRoom(shop.core, actor, { saleId: sale.id, email });

  test('one place per buyer, in the order of arrival', async () => {
    const { sale } = await aSale({ waitingRoom: true });
    const places = [];
    for (let i = 0; i < 3; i += 1) places.push(await join(sale, `q${i}@example.com`));
    expect(places.map((p) => p.place.ahead)).toEqual([0, 1, 2]);
    expect((await join(sale, 'q1@example.com')).ticket).toBe(places[1]?.ticket);
    const { won } = await race(40, () => join(sale, 'same@example.com'));
    expect(new Set(won.map((w) => w.ticket)).size).toBe(1);
  });

  test('who is let in may buy, once; nobody else may, with whatever ticket', async () => {
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
    await expect.poll(async () => (await getWaitingPlace(shop.core, nobody, { saleId: sale.id, ticket: first.ticket })).state).toBe('used');
  });

  test('a ticket is good for its own sale and its own turn: not for another sale, not after the turn, and a place taken anew has another', async () => {
    const [one, other] = [await aSale({ units: 5, waitingRoom: true }), await aSale({ units: 5, waitingRoom: true })];
    const email = `turn-${unique()}@example.com`;
    const letIn = async (sale: FlashSale) => {
      await sql`update waiting_rooms set ticked_at = now() - interval '1 second' where sale_id = ${sale.id}`.execute(shop.core.db);
      await admitBuyers(shop.core, sale.id);
    };
    const [mine, elsewhere] = [await join(one.sale, email), await join(other.sale, email)];
    await letIn(one.sale);
    await letIn(other.sale);
    const refused = { code: 'ADMISSION_REQUIRED' };
    await expect(buy(one.item, { email, ticket: elsewhere.ticket })).rejects.toMatchObject(refused);
    await expect(getWaitingPlace(shop.core, nobody, { saleId: one.sale.id, ticket: elsewhere.ticket })).rejects.toMatchObject(refused);

    await sql`update waiting_places set admitted_until = now() - interval '1 second' where sale_id = ${one.sale.id}`.execute(shop.core.db);
    await expect(buy(one.item, { email, ticket: mine.ticket })).rejects.toMatchObject(refused);
    const told = () =>
      getWaitingPlace(shop.core, nobody, { saleId: one.sale.id, ticket: mine.ticket }).then(
        (place) => place.state,
        (error: { code: string }) => error.code,
      );
    await expect.poll(told, { timeout: 10_000 }).toBe('expired');

    const anew = await join(one.sale, email);
    expect(anew.ticket).not.toBe(mine.ticket);
    await expect(buy(one.item, { email, ticket: anew.ticket })).rejects.toMatchObject(refused);
    await letIn(one.sale);
    await expect.poll(told, { timeout: 10_000 }).toBe('ADMISSION_REQUIRED');
    await expect(buy(one.item, { email, ticket: anew.ticket })).resolves.toMatchObject({ purchase: { quantity: 1 } });
    await expect(buy(other.item, { email, ticket: elsewhere.ticket })).resolves.toMatchObject({ purchase: { quantity: 1 } });
  });

  test('not more are let in than can find a unit, and a missed turn makes room for the next', async () => {
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

  test('letting in is done once, however many do it at the same time', async () => {
    const { sale } = await aSale({ units: 100, waitingRoom: true });
    await race(100, () => join(sale));
    await sql`update waiting_rooms set ticked_at = now() - interval '1 second' where sale_id = ${sale.id}`.execute(shop.core.db);
    const { won } = await race(20, () => admitBuyers(shop.core, sale.id));
    // Ten a second at first; the machine may take a moment longer than the second, but not a second one.
    const letIn = won.reduce((a, b) => a + b, 0);
    expect(letIn).toBeGreaterThanOrEqual(10);
    expect(letIn).toBeLessThan(20);
    const { rows } = await sql`select 1 from waiting_places where sale_id = ${sale.id} and admitted_until is not null`.execute(
      shop.core.db,
    );
    expect(rows).toHaveLength(letIn);
  });

  test('with the worker stopped, those who ask for their place move the queue', async () => {
    const { sale } = await aSale({ units: 5, waitingRoom: true });
    const { ticket } = await join(sale);
    await sql`update waiting_rooms set ticked_at = now() - interval '10 seconds' where sale_id = ${sale.id}`.execute(shop.core.db);
    await expect
      .poll(async () => (await getWaitingPlace(shop.core, nobody, { saleId: sale.id, ticket })).state, { timeout: 3_000 })
      .toBe('admitted');
  });

  test('those who still wait when nothing can come back are told', async () => {
    const { sale, item } = await aSale({ units: 1, waitingRoom: true });
    const a = await join(sale, 'a@example.com');
    await sql`update waiting_rooms set ticked_at = now() - interval '1 second' where sale_id = ${sale.id}`.execute(shop.core.db);
    await admitBuyers(shop.core, sale.id);
    const b = await join(sale, 'b@example.com');
    await buy(item, { email: 'a@example.com', ticket: a.ticket, token: 'tok_success' });
    await expect
      .poll(async () => (await getWaitingPlace(shop.core, nobody, { saleId: sale.id, ticket: b.ticket })).state, { timeout: 3_000 })
      .toBe('sold_out');
  });

  test('a sale without one says so', async () => {
    const { sale } = await aSale();
    await expect(join(sale)).rejects.toMatchObject({ code: 'NO_WAITING_ROOM' });
  });
});
