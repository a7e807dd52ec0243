import { createHmac } from 'node:crypto';
import { sandboxWebhookSecret } from '@cartwright/core/payments';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLiveShop, type LiveShop } from '../../test/live-shop.ts';

let live: LiveShop;
beforeAll(async () => {
  live = await startLiveShop();
});
afterAll(() => live.close());

const event = (id: string): string =>
  `{ "id": "${id}",\n  "type": "charge.captured", "data": { "reference": "sbx_nobody", "paymentId": null, "status": "captured", "amountCents": 100, "currency": "USD" } }`;
const sign = (body: string, agoSeconds = 0): string => {
  const t = Math.floor(Date.now() / 1_000) - agoSeconds;
  return `t=${t},v1=${createHmac('sha256', sandboxWebhookSecret(live.shop.core.sealer)).update(`${t}.${body}`).digest('hex')}`;
};
const send = async (body: string, signature: string, provider = 'sandbox') => {
  const answer = await fetch(`${live.url}/webhooks/${provider}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'sandbox-signature': signature },
    body,
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
};

describe('a provider’s webhook', () => {
  it('a provider’s webhook is verified by the signed bytes and applied once', async () => {
    const body = event('evt_1');
    expect(await send(body, sign(body))).toMatchObject({ status: 200, body: { received: true } });
    expect(await send(body, sign(body))).toMatchObject({ status: 200, body: { outcome: 'repeated' } });
  });

  it('a webhook that is unsigned, altered, stale, too large or from an unknown provider is refused and not stored', async () => {
    const body = event('evt_2');
    expect(await send(body, '')).toMatchObject({ status: 401, body: { code: 'INVALID_SIGNATURE' } });
    expect(await send(JSON.stringify(JSON.parse(body)), sign(body))).toMatchObject({ status: 401, body: { code: 'INVALID_SIGNATURE' } });
    expect(await send(body, sign(body, 600))).toMatchObject({ status: 401, body: { code: 'STALE_SIGNATURE' } });
    expect(await send('x'.repeat(1_100_000), sign(body))).toMatchObject({ status: 413, body: { code: 'PAYLOAD_TOO_LARGE' } });
    expect(await send(body, sign(body), 'nobody')).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    expect(await live.shop.core.db.selectFrom('gateway_events').select('eventId').where('eventId', '=', 'evt_2').execute()).toEqual([]);
  });
});
