import { contract, type VariantId } from '@cartwright/contracts';
import {
  aGuestCart,
  aPaidOrder,
  aProduct,
  aStaffMember,
  atMost,
  brokenInvariants,
  createTestShop,
  race,
  there,
  variantOf,
  type TestShop,
} from '@cartwright/testing';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { randomIds, system, transact } from '../kernel/index.ts';
import { cancelOrder } from '../order-cancellations/index.ts';
import { editOrder } from '../order-edits/index.ts';
import { adjustStock, allocateStock, closeAllocations, configureStock, getStockLevel, repairStock } from './index.ts';

const staff = system('test');
let shop: TestShop;
beforeEach(async () => {
  shop = await createTestShop();
});
afterEach(() => shop.close());

const repair = (input: { dryRun?: boolean; variantIds?: string[] } = {}) =>
  repairStock(shop.core, staff, contract.inventory.repair.input.parse(input));
/** Makes the data inconsistent, past every guard. */
const corrupt = async (statement: string) => {
  await shop.core.database.kysely.transaction().execute(async (db) => {
    await sql`set local session_replication_role = replica`.execute(db);
    await sql.raw(statement).execute(db);
  });
};
const levels = async () => (await sql`select * from stock_levels order by variant_id`.execute(shop.core.db)).rows;

/** A variant of 10 with 2 sold, 1 in a cart and 3 allocated. */
const aBusyVariant = async () => {
  const product = await aProduct(shop.core, { stock: 10 });
  const variantId = variantOf(product).id;
  await aPaidOrder(shop.core, product, 2);
  await aGuestCart(shop.core, [[product, 1]]);
  await transact(shop.core, (tx) => allocateStock(tx, [{ id: tx.ids.next(), variantId, units: 3, purpose: 'test' }]));
  return { product, variantId, sku: variantOf(product).sku };
};

describe('repairing stock', () => {
  it('a stock repair reports no changes when the data is consistent', async () => {
    await aBusyVariant();
    expect(await repair()).toEqual({ dryRun: true, variantCount: 0, changes: [], uncorrected: [], supplied: [] });
    expect(await repair({ dryRun: false })).toMatchObject({ changes: [], uncorrected: [], supplied: [] });
  });

  it('many variants are repaired, allocated and freed in as many statements as two', async () => {
    const statementsOf = async (count: number): Promise<number[]> => {
      const products = await Promise.all(Array.from({ length: count }, () => aProduct(shop.core, { stock: 10 })));
      const variantIds = products.map((product) => variantOf(product).id);
      const allocations = variantIds.map((variantId) => ({ id: randomIds.next(), variantId, units: 3, purpose: 'test' }));
      const countOf = async (work: () => Promise<unknown>) => (await shop.countQueries(work)).length;
      const allocated = await countOf(() => transact(shop.core, (tx) => allocateStock(tx, allocations)));
      await corrupt(`update stock_levels set on_hand = 11, reserved = 2 where variant_id = any('{${variantIds.join()}}')`);
      const repaired = await countOf(() => repair({ dryRun: false, variantIds }));
      const levels = await Promise.all(variantIds.map((variantId) => getStockLevel(shop.core, staff, { variantId })));
      expect(levels).toEqual(variantIds.map((variantId) => expect.objectContaining({ variantId, onHand: 10, reserved: 3 })));
      const freed = await countOf(() => transact(shop.core, (tx) => closeAllocations(tx, allocations)));
      return [allocated, repaired, freed];
    };
    const two = await statementsOf(2);
    expect(await statementsOf(20)).toEqual(two.map(atMost));
    expect(await brokenInvariants(shop.core)).toEqual([]);
  });

  it('a dry run of a stock repair reports exactly what it would change, and changes nothing', async () => {
    const { variantId, sku } = await aBusyVariant();
    await corrupt(`update stock_levels set on_hand = 11, reserved = 2 where variant_id = '${variantId}'`);
    await corrupt(`update location_levels set on_hand = 6 where variant_id = '${variantId}'`);
    const changes = [
      { variantId, sku, counter: 'onHand', location: null, from: 11, to: 8 },
      { variantId, sku, counter: 'onHandAtLocation', location: 'main', from: 6, to: 8 },
      { variantId, sku, counter: 'reserved', location: null, from: 2, to: 4 },
    ];
    const before = await levels();
    expect(await repair()).toMatchObject({ dryRun: true, variantCount: 1, changes });
    expect(await levels()).toEqual(before);
    expect(await repair({ dryRun: false })).toMatchObject({ dryRun: false, variantCount: 1, changes });
    expect(await getStockLevel(shop.core, staff, { variantId })).toMatchObject({ onHand: 8, reserved: 4, available: 4 });
    expect(await brokenInvariants(shop.core)).toEqual([]);
    expect(await repair()).toMatchObject({ changes: [] });
    const { rows } = await sql`select actor, action, subject_id, "before", "after" from audit_log order by "before" ->> 'counter'`.execute(
      shop.core.db,
    );
    expect(rows).toHaveLength(3);
    expect(rows[0]).toEqual({
      actor: 'system:test',
      action: 'inventory.repair',
      subject_id: variantId,
      before: { counter: 'onHand', location: null, units: 11 },
      after: { counter: 'onHand', location: null, units: 8 },
    });
  });

  it('a stock repair records a shortage that it uncovers, so that nobody can buy the missing units', async () => {
    const { product, variantId } = await aBusyVariant();
    await corrupt(`insert into stock_movements (id, variant_id, location_id, kind, quantity, reason, actor)
      select gen_random_uuid(), '${variantId}', location_id, 'adjusted', -6, 'written by hand', 'test'
      from location_levels where variant_id = '${variantId}'`);
    await repair({ dryRun: false });
    expect(await getStockLevel(shop.core, staff, { variantId })).toMatchObject({ onHand: 2, reserved: 4, status: 'sold_out' });
    await expect(aGuestCart(shop.core, [[product, 1]])).rejects.toMatchObject({ code: 'INSUFFICIENT_STOCK' });
  });

  /** Units that a process of a version without backorders added: orders that wait did not get them. */
  const addUnseen = (variantId: VariantId, units: number) =>
    corrupt(`update stock_levels set on_hand = on_hand + ${units} where variant_id = '${variantId}';
      insert into location_levels (variant_id, location_id, on_hand)
        select '${variantId}', id, ${units} from stock_locations where is_default
        on conflict (variant_id, location_id) do update set on_hand = location_levels.on_hand + excluded.on_hand;
      insert into stock_movements (id, variant_id, location_id, kind, quantity, reason, actor)
        select gen_random_uuid(), '${variantId}', id, 'received', ${units}, 'by the version before', 'test'
        from stock_locations where is_default`);
  const aWaitingOrder = async (...units: number[]) => {
    const product = await aProduct(shop.core, { stock: 0 });
    const { id: variantId, sku } = variantOf(product);
    await configureStock(shop.core, staff, { variantId, backorderLimit: 10 });
    const orders: Awaited<ReturnType<typeof aPaidOrder>>['order'][] = [];
    for (const quantity of units) orders.push((await aPaidOrder(shop.core, product, quantity)).order);
    return { variantId, sku, orders };
  };

  it('a stock repair gives units on hand to the orders that wait for them, and lists these in its report and the audit log', async () => {
    const { variantId, sku } = await aWaitingOrder(3, 1);
    await addUnseen(variantId, 6);
    expect(await brokenInvariants(shop.core)).not.toEqual([]);
    const supplied = [{ variantId, sku, units: 4 }];
    expect(await repair()).toMatchObject({ changes: [], supplied });
    expect(await getStockLevel(shop.core, staff, { variantId })).toMatchObject({ onHand: 6, reserved: 4 });
    expect(await repair({ dryRun: false })).toMatchObject({ changes: [], supplied });
    expect(await getStockLevel(shop.core, staff, { variantId })).toMatchObject({ onHand: 2, reserved: 0 });
    expect(await brokenInvariants(shop.core)).toEqual([]);
    const { rows } = await sql`select "before", "after" from audit_log where action = 'inventory.repair'`.execute(shop.core.db);
    expect(rows).toEqual([
      { before: { counter: 'backordered', location: null, units: 4 }, after: { counter: 'backordered', location: null, units: 0 } },
    ]);
  });

  it('without a repair, the next delivery, a cancellation and an edit also find units that no order got', async () => {
    const { variantId, orders } = await aWaitingOrder(3, 1);
    await addUnseen(variantId, 6);
    await cancelOrder(shop.core, staff, { orderId: there(orders[0]).id });
    expect(await getStockLevel(shop.core, staff, { variantId })).toMatchObject({ onHand: 6, reserved: 1 });
    await adjustStock(shop.core, staff, { variantId, delta: 1, reason: 'delivery' });
    expect(await getStockLevel(shop.core, staff, { variantId })).toMatchObject({ onHand: 6, reserved: 0 });
    expect(await brokenInvariants(shop.core)).toEqual([]);
    const other = await aWaitingOrder(5);
    await addUnseen(other.variantId, 6);
    const { id: orderId, updatedAt } = there(other.orders[0]);
    const lines = [{ variantId: other.variantId, quantity: 2 }];
    await editOrder(shop.core, staff, { orderId, expectedUpdatedAt: updatedAt, lines });
    await adjustStock(shop.core, staff, { variantId: other.variantId, delta: 1, reason: 'delivery' });
    expect(await getStockLevel(shop.core, staff, { variantId: other.variantId })).toMatchObject({ onHand: 5, reserved: 0 });
    expect(await brokenInvariants(shop.core)).toEqual([]);
  });

  it('a cancelled order that still waits gets no units, and a stock repair ends its waiting', async () => {
    const { variantId, orders } = await aWaitingOrder(3, 1);
    await corrupt(`update orders set status = 'cancelled', cancellation_reason = 'staff' where id = '${there(orders[0]).id}'`);
    await adjustStock(shop.core, staff, { variantId, delta: 6, reason: 'delivery' });
    expect(await getStockLevel(shop.core, staff, { variantId })).toMatchObject({ onHand: 5, reserved: 3 });
    expect(await repair({ dryRun: false })).toMatchObject({ changes: [{ variantId, counter: 'reserved', from: 3, to: 0 }], supplied: [] });
    // I14: no money was paid back, because nobody cancelled the order.
    expect(await brokenInvariants(shop.core)).toEqual(['I14']);
    expect(await repair()).toMatchObject({ changes: [] });
  });

  it('a stock repair leaves a variant whose ledger is below zero, reports it, and repairs the others', async () => {
    const [one, two] = [await aBusyVariant(), await aBusyVariant()];
    await corrupt(`update stock_levels set reserved = reserved + 1;
      insert into stock_movements (id, variant_id, location_id, kind, quantity, reason, actor)
        select gen_random_uuid(), '${one.variantId}', location_id, 'adjusted', -9, 'by hand', 'test'
        from location_levels where variant_id = '${one.variantId}'`);
    const report = {
      variantCount: 1,
      changes: [{ variantId: two.variantId, counter: 'reserved', to: 4 }],
      uncorrected: [
        { variantId: one.variantId, counter: 'onHand', from: 8, to: -1 },
        { variantId: one.variantId, counter: 'onHandAtLocation', from: 8, to: -1 },
        { variantId: one.variantId, counter: 'reserved', from: 5, to: 4 },
      ],
    };
    expect(await repair()).toMatchObject(report);
    expect(await repair({ dryRun: false })).toMatchObject(report);
    expect(await getStockLevel(shop.core, staff, { variantId: two.variantId })).toMatchObject({ reserved: 4 });
    expect(await getStockLevel(shop.core, staff, { variantId: one.variantId })).toMatchObject({ onHand: 8, reserved: 5 });
    await adjustStock(shop.core, staff, { variantId: one.variantId, delta: 1, reason: 'found', force: true });
    await repair({ dryRun: false });
    expect(await getStockLevel(shop.core, staff, { variantId: one.variantId })).toMatchObject({ onHand: 0, reserved: 4 });
  });

  it('a stock repair of given variants leaves all others alone', async () => {
    const [one, two] = [await aBusyVariant(), await aBusyVariant()];
    await corrupt('update stock_levels set reserved = reserved + 1');
    expect(await repair({ dryRun: false, variantIds: [one.variantId] })).toMatchObject({ variantCount: 1 });
    expect(await repair()).toMatchObject({ changes: [{ variantId: two.variantId, counter: 'reserved', from: 5, to: 4 }] });
  });

  it('a stock repair of an unknown variant is refused', async () => {
    const unknown = randomIds.next<VariantId>();
    for (const dryRun of [true, false])
      await expect(repairStock(shop.core, system('test'), { dryRun, variantIds: [unknown] })).rejects.toMatchObject({
        code: 'NOT_FOUND',
        message: `Variant ${unknown} was not found.`,
      });
  });

  it('a stock repair corrects each wrong counter once while sales go on', async () => {
    const busy = await aBusyVariant();
    const product = await aProduct(shop.core, { stock: 30 });
    await corrupt('update stock_levels set on_hand = on_hand + 5');
    const { defects } = await race(25, async (n): Promise<unknown> =>
      n < 5 ? repair({ dryRun: false }) : aPaidOrder(shop.core, product, 1),
    );
    expect(defects).toEqual([]);
    expect(await brokenInvariants(shop.core)).toEqual([]);
    // A loaded host may refuse some of the sales; each that was made took its unit.
    const sold = await shop.core.db
      .selectFrom('order_items as i')
      .innerJoin('orders as o', 'o.id', 'i.orderId')
      .select('i.id')
      .where('i.productId', '=', product.id)
      .where('o.status', '=', 'confirmed')
      .execute();
    expect(sold.length).toBeGreaterThan(0);
    expect(await getStockLevel(shop.core, staff, { variantId: variantOf(product).id })).toMatchObject({ onHand: 30 - sold.length });
    expect(await getStockLevel(shop.core, staff, { variantId: busy.variantId })).toMatchObject({ onHand: 8 });
  });

  it('a stock repair is refused to support', async () => {
    const support = await aStaffMember(shop.core, 'support');
    await expect(repairStock(shop.core, support, { dryRun: true })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});
