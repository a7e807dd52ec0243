import { expect, it } from 'vitest';
import { nameCall } from './index.ts';

it('a message names a call by its procedure and its REST route', () => {
  expect(nameCall('checkout.retryPayment')).toBe('checkout.retryPayment (POST /api/v1/orders/{orderId}/payments)');
});

it('a live feed, which REST does not have, is named by its procedure', () => {
  expect(nameCall('events.live')).toBe('events.live');
});
