import { describe, expect, it } from 'vitest';
import { contract, describeIssues } from './index.ts';

const schema = contract.carts.addItem.input;
const describeInput = (input: unknown) => {
  const { error } = schema.safeParse(input);
  if (!error) throw new Error('The input must be invalid');
  return describeIssues(schema, error);
};
const id = '01990000-0000-7000-8000-000000000000';

describe('the description of invalid input', () => {
  it('invalid input gets the error code of its schema if nothing else is wrong', () => {
    expect(describeInput({ cartId: id, variantId: id, quantity: 0 })).toMatchObject({
      code: 'INVALID_QUANTITY',
      fields: [{ path: 'quantity' }],
    });
  });

  it('invalid input gets INVALID_INPUT with every wrong field if their codes differ', () => {
    expect(describeInput({ cartId: 'x', variantId: id, quantity: 0 })).toMatchObject({
      code: 'INVALID_INPUT',
      fields: [{ path: 'cartId' }, { path: 'quantity' }],
    });
  });

  it('invalid input with an unknown field gets UNKNOWN_FIELD', () => {
    expect(describeInput({ cartId: 'x', variantId: id, quantity: 0, price: 1 })).toMatchObject({
      code: 'UNKNOWN_FIELD',
      fields: expect.arrayContaining([{ path: 'price', message: 'is not a field of this request' }]),
    });
  });

  it('the path of a wrong field contains its position in a list', () => {
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
