/** The procedures that change a paid order, in every pair, many at once: each call happens entirely or is refused. */
import type { Order } from '@cartwright/contracts';
import { anAddress, aPaidOrder, aProduct, brokenInvariants, createTestShop, race, type TestShop } from '@cartwright/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cancelOrder } from '../order-cancellations/index.ts';
import { system } from '../kernel/index.ts';
import { addOrderNote, getOrder, shipOrder, updateOrderAddress } from '../orders/index.ts';
import { receiveReturn, requestReturn } from '../returns/index.ts';
import { editOrder, withdrawEdit } from './index.ts';

let shop: TestShop;
const staff = system('test');
beforeAll(async () => {
  shop = await createTestShop();
});
afterAll(() => shop.close());

type Step = (order: Order, i: number) => Promise<unknown>;
const line = (order: Order) => {
  const item = order.items[0];
  if (!item) throw new Error('The order has no line');
  return item;
};
const steps: Record<string, Step> = {
  cancel: ({ id }) => cancelOrder(shop.core, staff, { orderId: id }),
  ship: (order, i) =>
    shipOrder(shop.core, staff, {
      orderId: order.id,
      carrier: 'DHL',
      trackingNumber: `${i}`,
      items: [{ orderItemId: line(order).id, quantity: 1 }],
    }),
  edit: async (order, i) => {
    const { updatedAt } = await getOrder(shop.core, staff, { orderId: order.id });
    const lines = [{ variantId: line(order).variantId, quantity: 3 + (i % 5) }];
    return editOrder(shop.core, staff, { orderId: order.id, expectedUpdatedAt: updatedAt, lines });
  },
  withdraw: ({ id }) => withdrawEdit(shop.core, staff, { orderId: id }),
  return: async (order) => {
    const asked = await requestReturn(shop.core, staff, {
      orderId: order.id,
      items: [{ orderItemId: line(order).id, quantity: 1 }],
      reason: 'raced',
    });
    const open = asked.returns.find((back) => back.status === 'approved');
    return open && receiveReturn(shop.core, staff, { returnId: open.id });
  },
  address: (order, i) =>
    updateOrderAddress(shop.core, staff, { orderId: order.id, shippingAddress: { ...anAddress, line1: `${i} Race Lane` } }),
  note: (order, i) => addOrderNote(shop.core, staff, { orderId: order.id, text: `note ${i}`, customerVisible: false }),
};
const names = Object.keys(steps);
const pairs = names.flatMap((a, i) => names.slice(i).map((b) => [a, b] as const));
const expected = [
  'INVALID_TRANSITION',
  'ORDER_NOT_EDITABLE',
  'ORDER_EDIT_PENDING',
  'ORDER_EDIT_EMPTY',
  'ORDER_NOT_RETURNABLE',
  'RETURN_NOT_RECEIVABLE',
  'RETURN_ALREADY_DECIDED',
  'NO_PENDING_EDIT',
  'QUANTITY_EXCEEDS_ORDER',
  'VERSION_MISMATCH',
];

describe('twenty concurrent calls of each procedure', () => {
  it.each(pairs)('concurrent calls of %s and %s leave the order consistent', async (a, b) => {
    const product = await aProduct(shop.core, { stock: 10 });
    const { order } = await aPaidOrder(shop.core, product, 5);
    const { refused, defects } = await race(40, (i) => (steps[i % 2 === 0 ? a : b] ?? steps['cancel'])?.(order, i) ?? Promise.resolve());
    expect(defects).toEqual([]);
    expect(Object.keys(refused).filter((code) => !expected.includes(code))).toEqual([]);
    expect(await brokenInvariants(shop.core)).toEqual([]);
  });
});
