import { aCheckout, aGuestCart, aKey, aProduct } from '@cartwright/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLiveShop, type LiveShop } from '../../test/live-shop.ts';

let live: LiveShop;
beforeAll(async () => {
  live = await startLiveShop();
});
afterAll(() => live.close());

/** An order whose payment waits for the buyer, created over REST. */
const aWaitingOrder = async () => {
  const { guest, cart } = await aGuestCart(live.shop.core, [[await aProduct(live.shop.core, { priceCents: 1234 }), 1]]);
  const headers = { 'content-type': 'application/json', 'idempotency-key': aKey(), 'x-cart-token': guest.cartToken ?? '' };
  const input = aCheckout(cart, { token: 'tok_3ds' });
  const body = JSON.stringify({ ...input, payment: { ...input.payment, returnUrl: 'https://shop.example/thanks?order=1' } });
  const answer = await fetch(`${live.url}/api/v1/checkout`, { method: 'POST', headers, body });
  const order = (await answer.json()) as { id: string };
  const ask = async () => {
    const status = await fetch(`${live.url}/api/v1/checkout/orders/${order.id}`, { headers: { 'x-cart-token': guest.cartToken ?? '' } });
    return (await status.json()) as { state: string; action: { paymentId: string; url: string } | null };
  };
  const { action } = await ask();
  return { answer, order, ask, action, page: live.url + new URL(action?.url ?? '').pathname };
};
const decide = (page: string, decision: string) =>
  fetch(page, { method: 'POST', body: new URLSearchParams({ decision }), redirect: 'manual' });

describe('a checkout whose provider waits for the buyer', () => {
  it('a checkout that waits for the buyer answers 202 with the address of its state', async () => {
    const { answer, order } = await aWaitingOrder();
    expect(answer.status).toBe(202);
    expect(answer.headers.get('location')).toBe(`/api/v1/checkout/orders/${order.id}`);
    expect(answer.headers.get('retry-after')).toBe('2');
  });

  it('a buyer confirms the charge on the provider’s page, which leads back to the shop', async () => {
    const { ask, action, page } = await aWaitingOrder();
    const shown = await fetch(page);
    expect(shown.headers.get('content-security-policy')).toContain("form-action 'self' https://shop.example");
    expect(await shown.text()).toContain('$12.34');
    const decided = await decide(page, 'confirm');
    expect(decided.status).toBe(303);
    expect(decided.headers.get('location')).toBe(`https://shop.example/thanks?order=1&payment=${action?.paymentId}`);
    expect(await ask()).toMatchObject({ state: 'paid', action: null });
    expect(await (await fetch(page)).text()).toContain('captured already');
  });

  it('a buyer can refuse the charge on the provider’s page', async () => {
    const { ask, page } = await aWaitingOrder();
    expect((await decide(page, 'refuse')).status).toBe(303);
    expect(await ask()).toMatchObject({ state: 'declined', action: null });
  });

  it('the provider has no page for a charge that does not exist', async () => {
    expect((await fetch(`${live.url}/sandbox/payments/sbx_nobody`)).status).toBe(404);
    expect((await decide(`${live.url}/sandbox/payments/sbx_nobody`, 'confirm')).status).toBe(404);
  });
});
