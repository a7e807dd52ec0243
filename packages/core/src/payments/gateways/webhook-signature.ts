/** Signature headers of the form `t=<unix seconds>,v1=<hex>`, HMAC-SHA256 over `<t>.<raw body>`. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { DomainError } from '../../kernel/index.ts';

const toleranceSeconds = 300;

/** Throws `INVALID_SIGNATURE`, or `STALE_SIGNATURE` when the clock is more than 5 minutes off. Constant time. */
export const verifyWebhook = (secret: string, rawBody: Buffer, header: string | undefined, now: Date): void => {
  const parts = new Map((header ?? '').split(',').map((p) => p.trim().split('=', 2) as [string, string]));
  const t = Number(parts.get('t'));
  const given = Buffer.from(parts.get('v1') ?? '', 'hex');
  const expected = createHmac('sha256', secret)
    .update(`${parts.get('t') ?? ''}.`)
    .update(rawBody)
    .digest();
  if (!Number.isInteger(t) || given.length !== expected.length || !timingSafeEqual(given, expected))
    throw new DomainError('INVALID_SIGNATURE', 'The signature of this webhook does not match its body.');
  if (Math.abs(now.getTime() / 1000 - t) > toleranceSeconds)
    throw new DomainError('STALE_SIGNATURE', 'The timestamp of this webhook is more than 5 minutes off.');
};
