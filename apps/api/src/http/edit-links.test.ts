import { system } from '@cartwright/core/kernel';
import { editLink, editOrder } from '@cartwright/core/order-edits';
import { anOrder, aProduct, there } from '@cartwright/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLiveShop, type LiveShop } from '../../test/live-shop.ts';

let live: LiveShop;
beforeAll(async () => {
  live = await startLiveShop();
});
afterAll(() => live.close());

/** The payment link for one more unit of an order whose payment method cannot be charged again. */
const aLink = async (): Promise<string> => {
  const { core } = live.shop;
  const { order } = await anOrder(core, [[await aProduct(core, { priceCents: 1234 }), 1]], { token: 'tok_once' });
  const lines = order.items.map(({ variantId }) => ({ variantId, quantity: 2 }));
  const { edits } = await editOrder(core, system('test'), { orderId: order.id, expectedUpdatedAt: order.updatedAt, lines });
  return live.url + new URL(editLink(core, there(edits[0]).id)).pathname;
};
const open = (url: string) => fetch(url, { redirect: 'manual' });

describe('the payment link of an order edit', () => {
  it('the payment link of an order edit leads to the provider’s page, which leads back to a confirmation', async () => {
    const link = await aLink();
    const there = await open(link);
    expect(there.status).toBe(303);
    const page = live.url + new URL(there.headers.get('location') ?? '').pathname;
    const decided = await fetch(page, { method: 'POST', body: new URLSearchParams({ decision: 'confirm' }), redirect: 'manual' });
    expect(new URL(decided.headers.get('location') ?? '').pathname).toBe(new URL(link).pathname);
    const thanks = await open(link);
    expect(thanks.headers.get('content-security-policy')).toContain("default-src 'none'");
    const text = await thanks.text();
    expect(text).toContain('Thank you for your payment');
    expect(text).toContain('$12.34');
  });

  it('a payment link that the shop did not create is not found', async () => {
    const link = await aLink();
    for (const wrong of [
      `${link}0`,
      link.slice(0, -1),
      `${live.url}/pay/x`,
      link.replace(/\.(.)(?=[0-9a-f]+$)/, (_, c: string) => `.${c === '0' ? '1' : '0'}`),
    ])
      expect((await open(wrong)).status).toBe(404);
  });
});
