import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { verifyWebhook } from './index.ts';

const secret = 'whsec_plJ3nmyCDGBKInavdOK15jsl';
const body = '{"event_type":"ping","data":{"success":true}}';
const sentAt = 1_731_705_121;
const nowMs = sentAt * 1_000;
const headers = {
  'webhook-id': 'msg_loFOjxBNrRLzqYUf',
  'webhook-timestamp': String(sentAt),
  'webhook-signature': 'v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=',
};
const verify = (changes: Partial<Parameters<typeof verifyWebhook>[0]> = {}) => verifyWebhook({ body, headers, secret, nowMs, ...changes });

it('verifyWebhook accepts the example of the specification', async () => {
  expect(await verify()).toEqual({
    id: 'msg_loFOjxBNrRLzqYUf',
    sentAt: new Date('2024-11-15T21:12:01Z'),
    body: { event_type: 'ping', data: { success: true } },
  });
});

it('verifyWebhook accepts bytes, Headers, header names in any case and secrets without a prefix', async () => {
  const { id } = await verify();
  expect((await verify({ body: new TextEncoder().encode(body), headers: new Headers(headers) })).id).toBe(id);
  const upperCase = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), [value]]));
  expect((await verify({ headers: upperCase, secret: secret.slice(6) })).id).toBe(id);
});

it('verifyWebhook accepts several secrets and signatures while secrets are rotated', async () => {
  const other = `whsec_${Buffer.from('another secret of the shop').toString('base64')}`;
  const both = `v1,${Buffer.alloc(32).toString('base64')} v1a,ed25519 ${headers['webhook-signature']}`;
  expect((await verify({ secret: [other, secret], headers: { ...headers, 'webhook-signature': both } })).id).toBe('msg_loFOjxBNrRLzqYUf');
});

describe('verifyWebhook', () => {
  it.each([
    ['another body', { body: `${body} ` }],
    ['another id', { headers: { ...headers, 'webhook-id': 'msg_other' } }],
    ['another time', { headers: { ...headers, 'webhook-timestamp': String(sentAt + 1) } }],
    ['another secret', { secret: `whsec_${Buffer.from('guessed').toString('base64')}` }],
    ['a malformed signature', { headers: { ...headers, 'webhook-signature': 'v1,%%%' } }],
    ['another signature version', { headers: { ...headers, 'webhook-signature': headers['webhook-signature'].replace('v1', 'v2') } }],
    ['a missing signature', { headers: { 'webhook-id': 'a', 'webhook-timestamp': String(sentAt) } }],
    ['no secret at all', { secret: [] }],
  ])('verifyWebhook refuses %s', async (_what, changes) => {
    await expect(verify(changes)).rejects.toMatchObject({ code: 'INVALID_SIGNATURE', status: 401 });
  });

  it('verifyWebhook refuses a signed message that is more than five minutes old or in the future', async () => {
    await expect(verify({ nowMs: nowMs + 301_000 })).rejects.toMatchObject({ code: 'STALE_SIGNATURE' });
    await expect(verify({ nowMs: nowMs - 301_000 })).rejects.toMatchObject({ code: 'STALE_SIGNATURE' });
    expect(await verify({ nowMs: nowMs + 301_000, toleranceSeconds: 600 })).toMatchObject({ id: 'msg_loFOjxBNrRLzqYUf' });
  });

  it('verifyWebhook refuses a signed message that is not JSON', async () => {
    const key = Buffer.from(secret.slice(6), 'base64');
    const signature = createHmac('sha256', key).update(`${headers['webhook-id']}.${sentAt}.plain`).digest('base64');
    await expect(verify({ body: 'plain', headers: { ...headers, 'webhook-signature': `v1,${signature}` } })).rejects.toMatchObject({
      code: 'INVALID_SIGNATURE',
    });
  });

  it('verifyWebhook throws a TypeError for an invalid secret', async () => {
    await expect(verify({ secret: 'whsec_' })).rejects.toThrow(TypeError);
  });
});
