import { contract, maxOrderViews } from '@cartwright/contracts';
import { aCustomer, aStaffMember, createTestShop, race, type TestShop } from '@cartwright/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { json, type Actor } from '../kernel/index.ts';
import { createOrderView, deleteOrderView, listOrderViews, updateOrderView } from './index.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await createTestShop();
});
afterAll(() => shop.close());

const keep = async (actor: Actor, name: string, filters: Record<string, unknown> = { status: 'pending' }) =>
  createOrderView(shop.core, actor, contract.orderViews.create.input.parse({ name, filters }));
const namesOf = async (actor: Actor) => (await listOrderViews(shop.core, actor)).items.map(({ name }) => name);

describe('views of the order list', () => {
  it('are kept, renamed, changed and thrown away', async () => {
    const staff = await aStaffMember(shop.core, 'support');
    const view = await keep(staff, 'Large', { minTotalCents: 10_000, needsAttention: true });
    expect(view).toMatchObject({ name: 'Large', filters: { minTotalCents: 10_000, needsAttention: true }, sort: 'newest' });
    const renamed = await updateOrderView(shop.core, staff, { id: view.id, name: 'Larger' });
    expect(renamed).toEqual({ ...view, name: 'Larger' });
    await updateOrderView(shop.core, staff, { id: view.id, filters: {}, sort: 'total_high' });
    expect((await listOrderViews(shop.core, staff)).items).toEqual([{ ...view, name: 'Larger', filters: {}, sort: 'total_high' }]);
    await deleteOrderView(shop.core, staff, { id: view.id });
    expect(await namesOf(staff)).toEqual([]);
  });

  it('name the last instant that the list of orders takes, where they were kept with a later one', async () => {
    const staff = await aStaffMember(shop.core, 'support');
    const view = await keep(staff, 'For ever', { placedFrom: '2026-01-01T00:00:00Z' });
    await shop.core.db
      .updateTable('order_views')
      .set({ filters: json({ placedFrom: '2026-01-01T00:00:00Z', placedTo: '2999-01-01T00:00:00Z' }) })
      .where('id', '=', view.id)
      .execute();
    const [found] = (await listOrderViews(shop.core, staff)).items;
    expect(found?.filters).toEqual({ placedFrom: '2026-01-01T00:00:00Z', placedTo: '2200-12-31T23:59:59.999Z' });
    expect(contract.orders.list.input.safeParse(found?.filters).success).toBe(true);
  });

  it('are each person’s own: those of others were never there', async () => {
    const [mine, theirs] = [await aStaffMember(shop.core), await aStaffMember(shop.core)];
    const view = await keep(theirs, 'Theirs');
    await keep(mine, 'Theirs');
    expect(await namesOf(mine)).toEqual(['Theirs']);
    await expect(updateOrderView(shop.core, mine, { id: view.id, name: 'Mine' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(deleteOrderView(shop.core, mine, { id: view.id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await namesOf(theirs)).toEqual(['Theirs']);
  });

  it('are for those who may read orders', async () => {
    const customer = await aCustomer(shop.core);
    await expect(listOrderViews(shop.core, customer)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(keep(customer, 'Mine')).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('keep nobody’s address: filters that name a person are refused', () => {
    for (const filters of [{ q: 'ada@example.com' }, { email: 'ada@example.com' }, { userId: '01990000-0000-7000-8000-000000000000' }])
      expect(contract.orderViews.create.input.safeParse({ name: 'One person', filters }).success).toBe(false);
  });

  it('have a name each: of two with one name the second is refused, whether made or renamed', async () => {
    const staff = await aStaffMember(shop.core);
    await keep(staff, 'Unpaid');
    const other = await keep(staff, 'Other');
    await expect(keep(staff, 'Unpaid')).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(updateOrderView(shop.core, staff, { id: other.id, name: 'Unpaid' })).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await namesOf(staff)).toEqual(['Unpaid', 'Other']);
  });

  it('end at a limit, also when many are made at once', async () => {
    const staff = await aStaffMember(shop.core);
    const { won, refused, defects } = await race(maxOrderViews + 5, (n) => keep(staff, `View ${n}`));
    expect(defects).toEqual([]);
    expect(won).toHaveLength(maxOrderViews);
    expect(refused).toEqual({ LIMIT_REACHED: 5 });
    expect(await namesOf(staff)).toHaveLength(maxOrderViews);
  });
});
