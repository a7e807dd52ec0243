import { expect, it } from 'vitest';
import { notFound, system, type Actor } from './index.ts';

const customer: Actor = {
  kind: 'user',
  userId: '01990000-0000-7000-8000-000000000000' as Extract<Actor, { kind: 'user' }>['userId'],
  role: 'customer',
  scopes: new Set(),
  sessionId: '01990000-0000-7000-8000-000000000001',
  customerGroup: null,
  accessExpiresAt: new Date(),
  cartToken: null,
};
const tokens =
  'the cartToken that carts.create (POST /api/v1/carts) returned, ' +
  'or the orderToken of flashSales.buy (POST /api/v1/flash-sales/items/{itemId}/buy)';

it.each<[string, Actor, string]>([
  ['a guest without a token', { kind: 'guest', cartToken: null }, `. The request has no X-Cart-Token header. Send ${tokens}, or sign in.`],
  [
    'a guest with an empty token',
    { kind: 'guest', cartToken: '' },
    `. The request has no X-Cart-Token header. Send ${tokens}, or sign in.`,
  ],
  [
    'a guest with a token',
    { kind: 'guest', cartToken: 'ct_1' },
    '. The X-Cart-Token of the request opens only its own cart and orders. Check the id, send another token, or sign in.',
  ],
  [
    'a customer with a token',
    { ...customer, cartToken: 'ct_1' },
    ' in this account, nor with the X-Cart-Token of the request. Check the id, or send another token.',
  ],
  ['a customer', customer, ` in this account. If a guest created it, also send its X-Cart-Token: ${tokens}.`],
  ['staff', { ...customer, role: 'support' }, '.'],
  ['the shop itself', system('test'), '.'],
])('to %s, what was not found names the token that would open it', (_who, actor, hint) => {
  expect(notFound('This cart', 'id-1', actor)).toMatchObject({ code: 'NOT_FOUND', message: `This cart (id-1) was not found${hint}` });
});
