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

const saveView = async (actor: Actor, name: string, filters: Record<string, unknown> = { status: 'pending' }) =>
  createOrderView(shop.core, actor, contract.orderViews.create.input.parse({ name, filters }));
const namesOf = async (actor: Actor) => (await listOrderViews(shop.core, actor)).items.map(({ name }) => name);

describe('saved views of the order list', () => {
  it('saves, renames, changes and deletes a view of the order list', async () => {
    const staff = await aStaffMember(shop.core, 'support');
    const view = await saveView(staff, 'Large', { minTotalCents: 10_000, needsAttention: true });
    expect(view).toMatchObject({ name: 'Large', filters: { minTotalCents: 10_000, needsAttention: true }, sort: 'newest' });
    const renamed = await updateOrderView(shop.core, staff, { id: view.id, name: 'Larger' });
    expect(renamed).toEqual({ ...view, name: 'Larger' });
    await updateOrderView(shop.core, staff, { id: view.id, filters: {}, sort: 'total_high' });
    expect((await listOrderViews(shop.core, staff)).items).toEqual([{ ...view, name: 'Larger', filters: {}, sort: 'total_high' }]);
    await deleteOrderView(shop.core, staff, { id: view.id });
    expect(await namesOf(staff)).toEqual([]);
  });

  it('a view saved with a later date is read with the latest date that the order list accepts', async () => {
    const staff = await aStaffMember(shop.core, 'support');
    const view = await saveView(staff, 'For ever', { placedFrom: '2026-01-01T00:00:00Z' });
    await shop.core.database.kysely
      .updateTable('order_views')
      .set({ filters: json({ placedFrom: '2026-01-01T00:00:00Z', placedTo: '2999-01-01T00:00:00Z' }) })
      .where('id', '=', view.id)
      .execute();
    const [found] = (await listOrderViews(shop.core, staff)).items;
    expect(found?.filters).toEqual({ placedFrom: '2026-01-01T00:00:00Z', placedTo: '2200-12-31T23:59:59.999Z' });
    expect(contract.orders.list.input.safeParse(found?.filters).success).toBe(true);
  });

  it('staff see and change only their own views', async () => {
    const [mine, theirs] = [await aStaffMember(shop.core), await aStaffMember(shop.core)];
    const view = await saveView(theirs, 'Theirs');
    await saveView(mine, 'Theirs');
    expect(await namesOf(mine)).toEqual(['Theirs']);
    await expect(updateOrderView(shop.core, mine, { id: view.id, name: 'Mine' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(deleteOrderView(shop.core, mine, { id: view.id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await namesOf(theirs)).toEqual(['Theirs']);
  });

  it('listing and saving views requires the permission to read orders', async () => {
    const customer = await aCustomer(shop.core);
    await expect(listOrderViews(shop.core, customer)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(saveView(customer, 'Mine')).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('a view with filters that name a customer is rejected', () => {
    for (const filters of [{ q: 'ada@example.com' }, { email: 'ada@example.com' }, { userId: '01990000-0000-7000-8000-000000000000' }])
      expect(contract.orderViews.create.input.safeParse({ name: 'One person', filters }).success).toBe(false);
  });

  it('two views of one account cannot have the same name, whether created or renamed', async () => {
    const staff = await aStaffMember(shop.core);
    await saveView(staff, 'Unpaid');
    const other = await saveView(staff, 'Other');
    await expect(saveView(staff, 'Unpaid')).rejects.toMatchObject({ code: 'NAME_TAKEN' });
    await expect(updateOrderView(shop.core, staff, { id: other.id, name: 'Unpaid' })).rejects.toMatchObject({
      code: 'NAME_TAKEN',
      message: 'Another view of yours already has the name Unpaid. Choose another name, or open that view to edit it.',
    });
    expect(await namesOf(staff)).toEqual(['Unpaid', 'Other']);
  });

  it('an account cannot have more views than the limit, even when many are created at once', async () => {
    const staff = await aStaffMember(shop.core);
    const { won, refused, defects } = await race(maxOrderViews + 5, (n) => saveView(staff, `View ${n}`));
    expect(defects).toEqual([]);
    expect(won).toHaveLength(maxOrderViews);
    expect(refused).toEqual({ LIMIT_REACHED: 5 });
    expect(await namesOf(staff)).toHaveLength(maxOrderViews);
  });
});
