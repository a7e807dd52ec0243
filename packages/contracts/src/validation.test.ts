import { describe, expect, it } from 'vitest';
import { contract, describeIssues } from './index.ts';

const schema = contract.carts.addItem.input;
const told = (input: unknown) => {
  const { error } = schema.safeParse(input);
  if (!error) throw new Error('expected a refusal');
  return describeIssues(schema, error);
};
const id = '01990000-0000-7000-8000-000000000000';

describe('what is told about a wrong input', () => {
  it('is the code that its schema names, when that is all that is wrong', () => {
    expect(told({ cartId: id, variantId: id, quantity: 0 })).toMatchObject({ code: 'INVALID_QUANTITY', fields: [{ path: 'quantity' }] });
  });

  it('is INVALID_INPUT with every field, when several things are wrong', () => {
    expect(told({ cartId: 'x', variantId: id, quantity: 0 })).toMatchObject({
      code: 'INVALID_INPUT',
      fields: [{ path: 'cartId' }, { path: 'quantity' }],
    });
  });

  it('is UNKNOWN_FIELD before anything else', () => {
    expect(told({ cartId: 'x', variantId: id, quantity: 0, price: 1 })).toMatchObject({
      code: 'UNKNOWN_FIELD',
      fields: expect.arrayContaining([{ path: 'price', message: 'is not a field of this request' }]),
    });
  });

  it('names the place inside lists', () => {
    const items = contract.carts.addItems.input;
    const { error } = items.safeParse({
      cartId: id,
      items: [
        { variantId: id, quantity: 1 },
        { variantId: id, quantity: -1 },
      ],
    });
    expect(error && describeIssues(items, error)).toMatchObject({ code: 'INVALID_QUANTITY', fields: [{ path: 'items.1.quantity' }] });
  });
});
