/** The language lint finds replaced terms as words and inside identifiers, and accepts ordinary words. */
import { expect, it } from 'vitest';
import { checkSubject, findReplacedTerms, repeatedSubjects } from './lint-language.ts';

it.each([
  ['// the bell rings', 'bell'],
  ['const listShelfProducts = 1;', 'tShelf'],
  ['readWish(input)', 'dWish'],
  ['const wishOf = () => 1;', 'wishO'],
  ['class StripeStandIn {}', 'eStandIn'],
  ['it("the loser is told so at once")', 'is told so'],
  ['lines are poured into the cart', 'poured'],
  ["throw new DomainError('INVALID_STATE')", 'INVALID_STATE'],
  ['products_shelf', '_shelf'],
  ['Gift cards and account credit', 'account credit'],
  ['the coupon is used up', 'coupon'],
  ['COUPON_EXHAUSTED', 'COUPON_'],
  ['applyCouponCode', 'yCoupon'],
  ['the code of a voucher', 'voucher'],
  ['an edit that makes the order dearer', 'dearer'],
  ['the currency of the store', 'of the store'],
  ['Shoppers see the new order', 'Shoppers'],
  ['IDEMPOTENCY_ANSWER_GONE', 'IDEMPOTENCY_ANSWER_GONE'],
  ['await shop.products.deactivate({ id })', 'products.deactivate'],
  ['Withdraw the change', 'Withdraw the change'],
  ['This store does not sell in EUR.', 'This store'],
  ['const storeSettings = 1;', 'storeSettings'],
])('the language lint finds the replaced term in %j', (text, found) => {
  expect(findReplacedTerms(`first line\n${text}`)).toMatchObject([{ line: 2, found }]);
});

it.each([
  ['<Table.Th>State</Table.Th>', 'State'],
  ['<Table.Td data-label="State">', 'State'],
  ['Buyers see the new order', 'Buyers'],
])('the language lint finds the second word for one thing in %j, in the admin only', (text, found) => {
  expect(findReplacedTerms(text, 'apps/admin/src/pages/orders-list.tsx')).toMatchObject([{ found: expect.stringContaining(found) }]);
  expect(findReplacedTerms(text, 'packages/core/src/orders/order.store.ts')).toEqual([]);
});

it.each([
  'labelled',
  'outstanding payments',
  'a standing order',
  'RETRY_AFTER_SECONDS',
  'he told her',
  'shelfish',
  'the merged cart',
  'credits of an account',
  'store credit',
  'tabs that share a store',
])('the language lint accepts %j', (text) => {
  expect(findReplacedTerms(text)).toEqual([]);
});

it.each([
  ['carts: refuse a quote of a merged cart', null],
  ['admin,api: name what is missing', null],
  ['Fix it', 'does not read'],
  ['carts:refuse', 'does not read'],
  [`carts: ${'x'.repeat(70)}`, 'has 77 characters'],
  ['carts: refuse a merged cart.', 'full stop'],
])('the language lint checks the commit subject %j', (subject, problem) => {
  const verdict = checkSubject(subject);
  if (problem === null) expect(verdict).toBeNull();
  else expect(verdict).toContain(problem);
});

it('a new commit with the subject of an earlier one is found, and two alike from before the rule are not', () => {
  expect(repeatedSubjects(['docs: a', 'core: b', 'docs: a', 'core: c', 'core: c'], 2)).toEqual(['docs: a']);
  expect(repeatedSubjects(['docs: a', 'core: c', 'core: c'], 1)).toEqual([]);
});
