/** A deployment during business hours: SIGTERM while orders are being placed. */
import { relayOutbox } from '@cartwright/core/events';
import { system } from '@cartwright/core/kernel';
import { checkInvariants } from '@cartwright/core/operations';
import {
  aProduct,
  createTestShop,
  restCall,
  startApiProcess,
  variantOf,
  type RestAnswer,
  type RestRequest,
  type TestShop,
} from '@cartwright/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fillCart, sendTo } from './buyer.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await createTestShop();
});
afterAll(() => shop.close());

it(
  'an API that gets SIGTERM answers every checkout that it began, accepts no other and exits with 0, and another API accepts the rest',
  { timeout: 150_000 },
  async () => {
    const variantId = variantOf(await aProduct(shop.core, { stock: 1_000 })).id;
    const [leaving, staying] = await Promise.all([startApiProcess(shop), startApiProcess(shop)]);
    const requests: RestRequest[] = [];
    for (let i = 0; i < 24; i += 1) {
      const filled = await fillCart(sendTo(staying.url), variantId);
      if ('refused' in filled) throw new Error(`The cart was refused: ${JSON.stringify(filled.refused.body)}`);
      requests.push(filled.checkout);
    }
    const answers: RestAnswer[] = [];
    const unanswered: RestRequest[] = [];
    await Promise.all(
      requests.map(async (request) => {
        try {
          answers.push(await restCall(leaving.url, request));
        } catch {
          unanswered.push(request);
        }
        if (answers.length === 1) leaving.signal('SIGTERM');
      }),
    );
    expect(await leaving.ended).toEqual({ code: 0, signal: null });
    expect(new Set(answers.map((a) => a.status))).toEqual(new Set([201]));
    expect(leaving.output()).not.toContain('"level":50');
    // The outcome of a request without a response is unknown, so the client repeats it with the same key.
    for (const request of unanswered) answers.push(await restCall(staying.url, request));
    expect(answers.map((a) => a.status)).toEqual(Array.from(requests, () => 201));
    expect(new Set(answers.map((a) => a.body['id'])).size).toBe(requests.length);
    const charges = await shop.core.db.selectFrom('sandbox_charges').select('reference').execute();
    expect(charges).toHaveLength(requests.length);
    // No worker runs here, and on a busy machine the test takes longer than the allowed delay of events.
    await relayOutbox(shop.core);
    const { results } = await checkInvariants(shop.core, system('test'));
    expect(results.filter((r) => r.violations > 0)).toEqual([]);
    expect(await staying.stop()).toEqual({ code: 0, signal: null });
  },
);
