import { describe, expect, it } from 'vitest';
import { contract, describeIssues } from './index.ts';

const schema = contract.carts.addItem.input;
const describeInput = (input: unknown) => {
  const { error } = schema.safeParse(input);
  if (!error) throw new Error('The input must be invalid');
  return describeIssues(schema, error, input);
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
    const input = {
      cartId: id,
      items: [
        { variantId: id, quantity: 1 },
        { variantId: id, quantity: -1 },
      ],
    };
    const { error } = items.safeParse(input);
    expect(error && describeIssues(items, error, input)).toMatchObject({
      code: 'INVALID_QUANTITY',
      fields: [{ path: 'items.1.quantity' }],
    });
  });

  it('invalid input names unknown fields first, so that the message is about what the code says', () => {
    expect(describeInput({ variantId: id, quantity: 0, price: 1 }).fields.map(({ path }) => path)).toEqual(['price', 'cartId', 'quantity']);
  });

  it('the message of a wrong field is a plain sentence after its path, also where the schema sets none', () => {
    const ship = contract.orders.ship.input;
    const collection = contract.collections.create.input;
    const create = contract.products.create.input;
    const messages = (schema: typeof ship | typeof collection | typeof create, input: unknown): Record<string, string> => {
      const { error } = schema.safeParse(input);
      return Object.fromEntries((error ? describeIssues(schema, error, input).fields : []).map(({ path, message }) => [path, message]));
    };
    expect(messages(ship, { orderId: 'x', carrier: 5 })).toEqual({
      orderId: 'must be an id (UUID)',
      carrier: 'must be text',
      trackingNumber: 'is required',
    });
    expect(messages(collection, { name: '', rule: { inStock: 'yes', tags: Array.from({ length: 21 }, String) }, sort: 'newst' })).toEqual({
      name: 'must have at least 1 character',
      'rule.inStock': 'must be true or false',
      'rule.tags': 'must have at most 20 entries',
      sort: `must be one of ${['relevance', 'newest', 'name', 'price', '-price'].join(', ')}`,
    });
    expect(messages(create, { name: 'Mug', variants: [], publishAt: 'tomorrow' })).toMatchObject({
      variants: 'must have at least 1 entry',
      publishAt: 'must be an instant such as 2026-11-21T09:00:00Z',
    });
    expect(describeInput({ cartId: id, variantId: id })).toMatchObject({
      code: 'INVALID_QUANTITY',
      fields: [{ path: 'quantity', message: 'is required' }],
    });
  });
});
