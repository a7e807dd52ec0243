/** A process freezes (SIGSTOP) for longer than its leases, other processes continue its work, and then it wakes up. */
import { execFileSync } from 'node:child_process';
import type { FailpointName } from '@cartwright/core/kernel';
import { system } from '@cartwright/core/kernel';
import { checkInvariants } from '@cartwright/core/operations';
import {
  aCheckout,
  aFlashSale,
  aPurchaseInput,
  aGuestCart,
  aKey,
  aPaidOrder,
  aProduct,
  createTestShop,
  letPass,
  restCall,
  seriesOf,
  startApiProcess,
  startWorkerProcess,
  variantOf,
  type RestRequest,
  type ShopProcess,
  type TestShop,
} from '@cartwright/testing';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';

const soon = { timeout: 30_000, interval: 50 };
let shop: TestShop;
let otherApi: ShopProcess;
beforeAll(async () => {
  shop = await createTestShop({ databaseWaitSeconds: 3 });
  otherApi = await startApiProcess(shop);
});
const open = new Set<ShopProcess>();
afterEach(async () => {
  for (const running of open) await running.kill();
  open.clear();
});
afterAll(async () => {
  const worker = await startWorkerProcess(shop);
  await vi.waitFor(async () => {
    const { results } = await checkInvariants(shop.core, system('test'));
    expect(results.filter((r) => r.violations > 0)).toEqual([]);
  }, soon);
  for (const running of [otherApi, worker]) expect(await running.stop()).toEqual({ code: 0, signal: null });
  await shop.close();
});

/** Starts a process that freezes the first time it reaches the failpoint. */
const freezingAt = async (start: typeof startApiProcess, place: FailpointName): Promise<ShopProcess> => {
  const frozenProcess = await start(shop, { FAILPOINTS: `${place}=stop` });
  open.add(frozenProcess);
  return frozenProcess;
};
/** Ends idle transactions, as the database does after thirty seconds. */
const endSilentTransactions = async (): Promise<void> => {
  const { rows } = await sql<{ timeout: string }>`select current_setting('idle_in_transaction_session_timeout') as timeout`.execute(
    shop.core.db,
  );
  expect(rows).toEqual([{ timeout: '30s' }]);
  await sql`
    select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()
    and state like 'idle in transaction%'`.execute(shop.core.db);
};
const waitUntilFrozen = ({ pid }: ShopProcess): Promise<void> =>
  vi.waitFor(() => expect(execFileSync('ps', ['-o', 'stat=', '-p', String(pid)]).toString()).toMatch(/^T/), soon);

const recordsOf = async (variantId: string) => {
  const orders = shop.core.db
    .selectFrom('orders as o')
    .innerJoin('order_items as i', 'i.orderId', 'o.id')
    .innerJoin('payments as p', 'p.orderId', 'o.id')
    .innerJoin('sandbox_charges as c', (join) => join.on((eb) => eb(eb.cast<string>('p.id', 'text'), '=', eb.ref('c.idempotencyKey'))))
    .where('i.variantId', '=', variantId);
  const stock = shop.core.db.selectFrom('stock_levels').select('onHand').where('variantId', '=', variantId);
  return {
    orders: await orders.select(['o.status', 'c.status as charge']).execute(),
    onHand: (await stock.executeTakeFirstOrThrow()).onHand,
  };
};
const sold = { orders: [{ status: 'confirmed', charge: 'captured' }], onHand: 4 };

describe('a checkout whose API freezes', () => {
  const whole = [
    ['idempotency.afterClaim', 201],
    ['checkout.insidePlace', 'SERVICE_UNAVAILABLE'],
    ['checkout.afterCharge', 201],
    ['settle.inside', 'SERVICE_UNAVAILABLE'],
  ] as const;
  it.each(seriesOf(whole, [whole[1], whole[2]]))(
    'a checkout whose API freezes at %s is finished by another API with the same key, and the frozen one changes nothing when it wakes up',
    async (place, lateOutcome) => {
      const product = await aProduct(shop.core, { stock: 5 });
      const { guest, cart } = await aGuestCart(shop.core, [[product, 1]]);
      const request: RestRequest = {
        method: 'POST',
        path: '/checkout',
        body: aCheckout(cart),
        headers: { 'idempotency-key': aKey(), 'x-cart-token': guest.cartToken ?? '' },
      };
      const frozenProcess = await freezingAt(startApiProcess, place);
      const late = restCall(frozenProcess.url, request);
      await waitUntilFrozen(frozenProcess);
      expect(await restCall(otherApi.url, request)).toMatchObject({ status: 409, body: { code: 'IDEMPOTENCY_IN_PROGRESS' } });
      await endSilentTransactions();
      await letPass(shop.core, 2);
      const answer = await restCall(otherApi.url, request);
      expect(answer).toMatchObject({ status: 201, body: { status: 'confirmed' } });
      frozenProcess.signal('SIGCONT');
      const { status, body } = await late;
      expect([status === 201 ? 201 : body['code'], body['id']]).toEqual([lateOutcome, lateOutcome === 201 ? answer.body['id'] : undefined]);
      const again = await restCall(frozenProcess.url, request);
      expect([again.body, again.headers.get('idempotency-replayed')]).toEqual([answer.body, 'true']);
      expect(await recordsOf(variantOf(product).id)).toEqual(sold);
    },
  );
});

describe('a purchase from a sale whose API freezes', () => {
  it.each([
    ['flash.insidePlace', 'SERVICE_UNAVAILABLE'],
    ['checkout.afterCharge', 201],
  ] as const)(
    'a purchase whose API freezes at %s is finished by another API, and other buyers can buy meanwhile',
    async (place, lateOutcome) => {
      const { item, product } = await aFlashSale(shop.core, { units: 4, stock: 5 });
      const request = (body: unknown, key = aKey()): RestRequest => ({
        method: 'POST',
        path: `/flash-sales/items/${item.id}/buy`,
        body,
        headers: { 'idempotency-key': key },
      });
      const { itemId: _, ...input } = aPurchaseInput(item, { token: 'tok_success' });
      const mine = request(input);
      const frozenProcess = await freezingAt(startApiProcess, place);
      const late = restCall(frozenProcess.url, mine);
      await waitUntilFrozen(frozenProcess);
      // A process frozen inside its transaction holds the lock of the item's row; other requests wait for it a second at most.
      if (lateOutcome === 'SERVICE_UNAVAILABLE')
        expect(await restCall(otherApi.url, mine)).toMatchObject({ status: 429, body: { code: 'BUSY' } });
      await endSilentTransactions();
      const answer = await restCall(otherApi.url, mine);
      expect(answer).toMatchObject({ status: 201, body: { status: 'confirmed' } });
      frozenProcess.signal('SIGCONT');
      const { status, body } = await late;
      expect([status === 201 ? 201 : body['code'], body['orderId']]).toEqual([
        lateOutcome,
        lateOutcome === 201 ? answer.body['orderId'] : undefined,
      ]);
      expect((await restCall(frozenProcess.url, mine)).body['orderId']).toBe(answer.body['orderId']);
      expect(await recordsOf(variantOf(product).id)).toEqual(sold);
    },
  );
});

describe('a worker that freezes', () => {
  it.each(seriesOf(['delivery.inside', 'delivery.afterCommit', 'mail.beforeSend'] as const, ['delivery.inside', 'mail.beforeSend']))(
    'the work of a worker that freezes at %s is done once by another worker, also after the frozen one wakes up',
    async (place) => {
      const frozenProcess = await freezingAt(startWorkerProcess, place);
      const { order } = await aPaidOrder(shop.core, await aProduct(shop.core));
      await waitUntilFrozen(frozenProcess);
      await endSilentTransactions();
      // The sweep finds work that was lost between commit and queue after five minutes.
      await letPass(shop.core, 6);
      const other = await startWorkerProcess(shop);
      open.add(other);
      const state = async () => ({
        mails: (
          await shop.core.db
            .selectFrom('notifications as n')
            .innerJoin('mails as m', 'm.id', 'n.id')
            .select('n.status')
            .where('n.orderId', '=', order.id)
            .execute()
        ).map((mail) => mail.status),
        open: (await shop.core.db.selectFrom('event_deliveries').select('consumer').where('state', '<>', 'done').execute()).length,
      });
      await vi.waitFor(async () => expect(await state()).toEqual({ mails: ['sent'], open: 0 }), soon);
      frozenProcess.signal('SIGCONT');
      expect(await frozenProcess.stop()).toEqual({ code: 0, signal: null });
      expect(await state()).toEqual({ mails: ['sent'], open: 0 });
      expect(await other.stop()).toEqual({ code: 0, signal: null });
    },
  );
});
