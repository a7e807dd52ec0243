/** A role without the refund scope cannot refund by cancelling, editing or receiving a return: every way to a refund, by role. */
import { contract, scopesOfAccess, type Contract, type Order, type Scope } from '@cartwright/contracts';
import {
  aCheckout,
  aCustomer,
  aGiftCard,
  aGuestCart,
  anOrder,
  aPaidOrder,
  aProduct,
  aStaffMember,
  aConsistentShop,
  checkOut,
  there,
  variantOf,
} from '@cartwright/testing';
import { describe, expect, it } from 'vitest';
import { createProduct, duplicateProduct, setProductPrice, updateProduct } from '../catalog/index.ts';
import { importProducts } from '../imports/index.ts';
import { applyCartCredit } from '../carts/index.ts';
import { cancelOrder } from '../order-cancellations/index.ts';
import { type Actor, type UserActor } from '../kernel/index.ts';
import { deliverOrder, getOrder, shipOrder } from '../orders/index.ts';
import { editOrder, previewOrderEdit } from '../order-edits/index.ts';
import { deleteOrder } from '../order-cancellations/index.ts';
import { decideReturn, receiveReturn, requestReturn } from '../returns/index.ts';
import { refundOrder, refundPayment, resolveDiscrepancy } from './index.ts';

const shop = await aConsistentShop();
const admin = await aStaffMember(shop.core);
const support = await aStaffMember(shop.core, 'support');
const customer = await aCustomer(shop.core);

const aPaid = async (quantity = 2): Promise<Order> => {
  const { order } = await aPaidOrder(shop.core, await aProduct(shop.core), quantity);
  return order;
};
const shipped = async (): Promise<Order> => {
  const { id: orderId } = await aPaid();
  return shipOrder(shop.core, admin, { orderId, carrier: 'DHL', trackingNumber: '1' });
};
const lines = (order: Order) => order.items.map(({ id, quantity }) => ({ orderItemId: id, quantity }));
const expected = async (): Promise<Order> => {
  const { id: orderId, items } = await shipped();
  return requestReturn(shop.core, support, {
    orderId,
    reason: 'too big',
    items: items.map(({ id, quantity }) => ({ orderItemId: id, quantity })),
  });
};
const fewer = (order: Order) => ({
  orderId: order.id,
  expectedUpdatedAt: order.updatedAt,
  lines: [{ variantId: there(order.items[0]).variantId, quantity: 1 }],
});
const read = (order: Order) => getOrder(shop.core, admin, { orderId: order.id });
const unscoped = { code: 'FORBIDDEN', details: { scope: 'payments:refund' } };

/** Every procedure that may refund, with its initial order and its call. */
const refundingCalls: Record<string, { from: () => Promise<Order>; go: (actor: Actor, order: Order) => unknown }> = {
  'orders.cancel': { from: () => aPaid(), go: (actor, order) => cancelOrder(shop.core, actor, { orderId: order.id }) },
  'orders.edit': { from: () => aPaid(), go: (actor, order) => editOrder(shop.core, actor, fewer(order)) },
  'orders.delete': {
    from: async () => cancelOrder(shop.core, admin, { orderId: (await aPaid()).id }),
    go: (actor, order) => deleteOrder(shop.core, actor, { orderId: order.id }),
  },
  'returns.receive': {
    from: expected,
    go: (actor, order) => receiveReturn(shop.core, actor, { returnId: there(order.returns[0]).id }),
  },
  'payments.refund': {
    from: () => aPaid(),
    go: (actor, order) => refundPayment(shop.core, actor, { paymentId: there(order.payments[0]).id, amountCents: 1, reason: 'x' }),
  },
  'payments.refundOrder': {
    from: () => aPaid(),
    go: (actor, order) => refundOrder(shop.core, actor, { orderId: order.id, amountCents: 1, reason: 'x' }),
  },
};

describe('the scope payments:refund', () => {
  it('every procedure that declares payments:refund is tested here', () => {
    const declared = Object.entries<Contract[string]>(contract).flatMap(([domain, procedures]) =>
      Object.entries(procedures).flatMap(([name, { access, alsoNeeds = [] }]) => {
        const scopes: Scope[] = [...scopesOfAccess(access), ...alsoNeeds.map(({ scope }) => scope)];
        return scopes.includes('payments:refund') ? [`${domain}.${name}`] : [];
      }),
    );
    expect(declared.toSorted()).toEqual([...Object.keys(refundingCalls), 'payments.resolveDiscrepancy'].toSorted());
  });

  it.each(Object.keys(refundingCalls))('a refund by %s is refused to support and to strangers, and changes nothing', async (name) => {
    const { from, go } = there(refundingCalls[name]);
    const order = await from();
    const before = await read(order);
    await expect((async () => go(support, order))()).rejects.toMatchObject(unscoped);
    await expect((async () => go(customer, order))()).rejects.toMatchObject({ code: expect.stringMatching(/^(FORBIDDEN|NOT_FOUND)$/) });
    expect(await read(order)).toEqual(before);
    await go(admin, order);
    expect((await read(order)).payments.flatMap((payment) => payment.refunds).length).toBeGreaterThan(0);
  });

  it('the refund of a discrepancy is refused to support', async () => {
    const input = { kind: 'refund_missing', id: crypto.randomUUID(), action: 'refund', note: 'x' } as const;
    await expect(resolveDiscrepancy(shop.core, support, input)).rejects.toMatchObject(unscoped);
  });

  it('a refund to a gift card needs the same scope as one to a charge', async () => {
    const { guest, cart } = await aGuestCart(shop.core, [[await aProduct(shop.core), 1]]);
    await applyCartCredit(shop.core, guest, { cartId: cart.id, code: await aGiftCard(shop.core, 100_000) });
    const order = await checkOut(shop.core, guest, aCheckout(cart));
    await expect(cancelOrder(shop.core, support, { orderId: order.id })).rejects.toMatchObject(unscoped);
    expect(await read(order)).toMatchObject({ status: 'confirmed' });
    expect(await cancelOrder(shop.core, admin, { orderId: order.id })).toMatchObject({ status: 'cancelled', label: 'Refunded' });
  });

  it('support can cancel an unpaid or a refunded order and preview an edit, because no money is refunded', async () => {
    const unpaid = await anOrder(shop.core, [[await aProduct(shop.core), 1]], { token: 'tok_3ds' });
    expect(await cancelOrder(shop.core, support, { orderId: unpaid.order.id })).toMatchObject({ status: 'cancelled' });
    const refunded = await aPaid();
    expect((await previewOrderEdit(shop.core, support, fewer(refunded))).differenceCents).toBeLessThan(0);
    await refundOrder(shop.core, admin, { orderId: refunded.id, amountCents: refunded.totalCents, reason: 'goodwill' });
    expect(await cancelOrder(shop.core, support, { orderId: refunded.id })).toMatchObject({ status: 'cancelled', label: 'Refunded' });
  });

  it('support can approve or refuse a return, but not receive it', async () => {
    const { guest, order } = await aPaidOrder(shop.core, await aProduct(shop.core));
    await shipOrder(shop.core, support, { orderId: order.id, carrier: 'DHL', trackingNumber: '1' });
    await deliverOrder(shop.core, support, { orderId: order.id });
    const asked = await requestReturn(shop.core, guest, { orderId: order.id, items: lines(order), reason: 'too small' });
    const returnId = there(asked.returns[0]).id;
    expect((await decideReturn(shop.core, support, { returnId, approve: true })).returns[0]?.status).toBe('approved');
    await expect(receiveReturn(shop.core, support, { returnId })).rejects.toMatchObject(unscoped);
  });

  it('the buyer cannot cancel a paid order, and can cancel an unpaid one', async () => {
    const { guest, order } = await aPaidOrder(shop.core, await aProduct(shop.core));
    await expect(cancelOrder(shop.core, guest, { orderId: order.id })).rejects.toMatchObject({ code: 'INVALID_TRANSITION' });
    const unpaid = await anOrder(shop.core, [[await aProduct(shop.core), 1]], { token: 'tok_3ds' });
    expect(await cancelOrder(shop.core, unpaid.guest, { orderId: unpaid.order.id })).toMatchObject({ status: 'cancelled' });
  });
});

describe('an actor with some scopes', () => {
  const actorWith = (...scopes: Scope[]): UserActor => ({ ...admin, scopes: new Set(scopes) });
  const draft = (stock: number) =>
    contract.products.create.input.parse({
      name: 'Cup',
      variants: [{ sku: `CUP-${crypto.randomUUID()}`, options: {}, priceCents: 500, stock }],
    });
  const without = (scope: Scope) => ({ code: 'FORBIDDEN', details: { scope } });
  const attempt = async (work: () => unknown) => work();

  it('creating, updating, repricing, copying and importing set no price without pricing:write', async () => {
    const writer = actorWith('catalog:write', 'inventory:write');
    const product = await aProduct(shop.core);
    const variant = variantOf(product);
    const input = (priceCents: number, weightGrams?: number) =>
      contract.products.update.input.parse({
        id: product.id,
        version: product.version,
        variants: [{ id: variant.id, priceCents, ...(weightGrams && { weightGrams }) }],
      });
    const csv = `Handle,Title,Variant SKU,Variant Price\ncup,Cup,CUP-${crypto.randomUUID()},5.00\n`;
    for (const work of [
      () => createProduct(shop.core, writer, draft(0)),
      () => updateProduct(shop.core, writer, input(1)),
      () => setProductPrice(shop.core, writer, { id: product.id, priceCents: 1 }),
      () => duplicateProduct(shop.core, writer, { id: product.id }),
      () => importProducts(shop.core, writer, contract.imports.create.input.parse({ csv })),
    ])
      await expect(attempt(work)).rejects.toMatchObject(without('pricing:write'));
    // An unchanged price is no change.
    expect((await updateProduct(shop.core, writer, input(variant.priceCents, 200))).variants[0]?.weightGrams).toBe(200);
  });

  it('creating and importing set no opening stock without inventory:write', async () => {
    const writer = actorWith('catalog:write', 'pricing:write');
    const csv = `Handle,Title,Variant SKU,Variant Price,Variant Inventory Qty\ncup,Cup,CUP-${crypto.randomUUID()},5.00,7\n`;
    await expect(attempt(() => createProduct(shop.core, writer, draft(3)))).rejects.toMatchObject(without('inventory:write'));
    await expect(attempt(() => importProducts(shop.core, writer, contract.imports.create.input.parse({ csv })))).rejects.toMatchObject(
      without('inventory:write'),
    );
    expect(await createProduct(shop.core, writer, draft(0))).toMatchObject({ name: 'Cup' });
  });
});
