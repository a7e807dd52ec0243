import { errorDetails } from '@cartwright/contracts';
import { expect, it } from 'vitest';
import { detailsOf, DomainError } from './index.ts';

it('the compiler accepts only the details that the contract lists for a code', () => {
  const known = new DomainError('LIMIT_REACHED', 'At most 5.', { details: { limit: 5 } });
  expect(errorDetails.LIMIT_REACHED.parse(known.details)).toEqual({ limit: 5 });
  // @ts-expect-error another name for the same fact
  expect(new DomainError('LIMIT_REACHED', 'At most 5.', { details: { most: 5 } }).code).toBe('LIMIT_REACHED');
  // @ts-expect-error a fact that only some callers would get
  expect(new DomainError('LIMIT_REACHED', 'At most 5.', { details: { limit: 5, count: 5 } }).code).toBe('LIMIT_REACHED');
  // @ts-expect-error a code without details
  expect(new DomainError('CART_EMPTY', 'The cart is empty.', { details: { limit: 5 } }).code).toBe('CART_EMPTY');
});

it('the details of another error are not read', () => {
  const error = new DomainError('LIMIT_REACHED', 'At most 5.', { details: { limit: 5 } });
  expect(detailsOf(error, 'LIMIT_REACHED')).toEqual({ limit: 5 });
  expect(detailsOf(error, 'BUSY')).toBeUndefined();
  expect(detailsOf(new Error('x'), 'BUSY')).toBeUndefined();
});
