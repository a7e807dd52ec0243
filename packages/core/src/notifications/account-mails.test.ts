import type { UserId } from '@cartwright/contracts';
import { aCustomer, createTestShop, type TestShop } from '@cartwright/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { transact } from '../kernel/index.ts';
import { notifyConsumer } from './notify.consumer.ts';
import { renderTemplate } from './render-mail.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await createTestShop();
});
afterAll(() => shop.close());

const revoked = (userId: UserId, reason: string) =>
  transact(shop.core, (tx) =>
    notifyConsumer.handle(tx, {
      id: tx.ids.next(),
      name: 'user.session_revoked',
      payload: { userId, reason },
      occurredAt: tx.clock.now(),
    }),
  );

describe('mails about sessions', () => {
  it('a reused refresh token sends its owner a mail, and signing out sends none', async () => {
    const { userId } = await aCustomer(shop.core);
    expect(await revoked(userId, 'signed_out')).toEqual([]);
    expect(await revoked(userId, 'refresh_reused')).toHaveLength(1);
    const { subject, text } = await renderTemplate(shop.core, 'session_ended', { userId }, 'Lamps');
    expect(subject).toBe('We signed out one of your devices');
    expect(text).toContain('Hello Ada');
  });
});
