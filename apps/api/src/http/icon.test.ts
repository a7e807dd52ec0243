import { system } from '@cartwright/core/kernel';
import { editLink, editOrder } from '@cartwright/core/order-edits';
import { anOrder, aProduct, there } from '@cartwright/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startLiveShop, type LiveShop } from '../../test/live-shop.ts';

let live: LiveShop;
beforeAll(async () => {
  live = await startLiveShop();
});
afterAll(() => live.close());

const anItem = () => aProduct(live.shop.core, { priceCents: 1234 });
/** The page of a payment link whose edit was not paid in time. */
const payPage = async (): Promise<string> => {
  const { core } = live.shop;
  const { order } = await anOrder(core, [[await anItem(), 1]], { token: 'tok_once' });
  const lines = order.items.map(({ variantId }) => ({ variantId, quantity: 2 }));
  const { edits } = await editOrder(core, system('test'), { orderId: order.id, expectedUpdatedAt: order.updatedAt, lines });
  await sql`update order_edits set status = 'lapsed', decided_at = now() where id = ${there(edits[0]).id}`.execute(core.db);
  return new URL(editLink(core, there(edits[0]).id)).pathname;
};
const sandboxPage = async (): Promise<string> => {
  const { order } = await anOrder(live.shop.core, [[await anItem(), 1]], { token: 'tok_3ds' });
  const { rows } = await sql<{ reference: string }>`
    select reference from sandbox_charges where idempotency_key = ${there(order.payments[0]).id}`.execute(live.shop.core.db);
  return `/sandbox/payments/${there(rows[0]).reference}`;
};

it.each(['/favicon.ico', '/favicon.svg'])('the API serves an icon at %s', async (path) => {
  const answer = await fetch(live.url + path);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/svg+xml; charset=utf-8']);
  expect(answer.headers.get('cache-control')).toBe('public, max-age=86400');
  expect(await answer.text()).toMatch(/^<svg [\s\S]*<\/svg>$/);
});

it.each([
  ['/docs/', () => Promise.resolve('/docs/')],
  ['/pay', payPage],
  ['/sandbox', sandboxPage],
])('the page %s names the icon, and its content security policy allows it', async (_, find) => {
  const answer = await fetch(live.url + (await find()), { redirect: 'manual' });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  expect(await answer.text()).toContain('<link rel="icon" type="image/svg+xml" href="/favicon.svg">');
  expect(answer.headers.get('content-security-policy')).toMatch(/img-src 'self'/);
});
