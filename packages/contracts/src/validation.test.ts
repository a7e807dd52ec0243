import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
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

  it('an amount of 0 where money must move is refused with "must be more than 0"', () => {
    const { input } = contract.payments.refund;
    const given = { paymentId: id, amountCents: 0, reason: 'damaged' };
    const { error } = input.safeParse(given);
    if (!error) throw new Error('The input must be invalid');
    expect(describeIssues(input, error, given).fields).toEqual([
      { path: 'amountCents', message: "must be more than 0, in the currency's smallest unit; 0 was given" },
    ]);
  });

  it('invalid input with an unknown field gets UNKNOWN_FIELD', () => {
    expect(describeInput({ cartId: 'x', variantId: id, quantity: 0, price: 1 })).toMatchObject({
      code: 'UNKNOWN_FIELD',
      fields: expect.arrayContaining([
        { path: 'price', message: 'is not a field of this request; its fields are cartId, variantId, quantity' },
      ]),
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
      orderId: 'must be an id (UUID); "x" was given',
      carrier: 'must be text; 5 was given',
      trackingNumber: 'is required',
    });
    expect(messages(collection, { name: '', rule: { inStock: 'yes', tags: Array.from({ length: 21 }, String) }, sort: 'newst' })).toEqual({
      name: 'must have at least 1 character; "" was given',
      'rule.inStock': 'must be true or false; "yes" was given',
      'rule.tags': 'must have at most 20 entries; 21 entries were given',
      sort: `must be one of ${['relevance', 'newest', 'name', 'price', '-price'].join(', ')}; "newst" was given`,
    });
    expect(messages(create, { name: 'Mug', variants: [], publishAt: 'tomorrow' })).toMatchObject({
      variants: 'must have at least 1 entry; 0 entries were given',
      publishAt: 'must be an instant such as 2026-11-21T09:00:00Z; "tomorrow" was given',
    });
    expect(describeInput({ cartId: id, variantId: id })).toMatchObject({
      code: 'INVALID_QUANTITY',
      fields: [{ path: 'quantity', message: 'is required' }],
    });
  });

  it('the message of a wrong field repeats no password, no token and no invisible character', () => {
    const { error } = contract.auth.login.input.safeParse({ email: 'a\u202eb', password: 7 });
    const { fields } = error ? describeIssues(contract.auth.login.input, error, { email: 'a\u202eb', password: 7 }) : { fields: [] };
    expect(fields).toEqual([
      { path: 'email', message: 'must be an e-mail address; "a\\u202eb" was given' },
      { path: 'password', message: 'must be text' },
    ]);
  });
});

interface Def {
  readonly innerType?: z.ZodType;
  readonly in?: z.ZodType;
  readonly out?: z.ZodType;
  readonly element?: z.ZodType;
  readonly valueType?: z.ZodType;
  readonly options?: readonly z.ZodType[];
  readonly shape?: Readonly<Record<string, z.ZodType>>;
}
/** Values of every kind, most of which a schema refuses in one way or another. */
const oddValues: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  0.5,
  1e21,
  2 ** 53,
  Number.NaN,
  '',
  ' ',
  'x',
  'x'.repeat(100_001),
  '2026-02-30',
  '1999-01-01T00:00:00Z',
  '\u202e',
  [],
  {},
  [null],
  [{}],
  { x: 1 },
  Array.from({ length: 2_001 }, () => 'x'),
  Array.from({ length: 2_001 }, () => ({})),
];
/** Values for a schema: odd ones, and objects and lists that have them in their fields. */
const oddValuesOf = (schema: z.ZodType, depth = 0): unknown[] => {
  if (depth > 8) return [];
  const { innerType, in: from, element, valueType, options = [], shape } = schema.def as unknown as Def;
  const inner = innerType ?? from;
  if (inner) return [undefined, ...oddValuesOf(inner, depth + 1)];
  const inside: unknown[] = options.flatMap((one) => oddValuesOf(one, depth + 1));
  for (const [name, one] of Object.entries(shape ?? {})) inside.push(...oddValuesOf(one, depth + 1).map((value) => ({ [name]: value })));
  if (element) inside.push(...oddValuesOf(element, depth + 1).map((value) => [value]));
  if (valueType) inside.push(...oddValuesOf(valueType, depth + 1).flatMap((value) => [{ x: value }, { '': value }]));
  return [...oddValues, ...inside];
};

it('no input of the contract is refused in the words of the validator', () => {
  const inputs = Object.entries(contract).flatMap(([domain, entries]) =>
    Object.entries(entries as Record<string, { readonly input: z.ZodType }>).map(([name, { input }]) => ({
      name: `${domain}.${name}`,
      input,
    })),
  );
  const wrong = new Set<string>();
  let count = 0;
  for (const { name, input } of inputs)
    for (const value of oddValuesOf(input)) {
      const { error } = input.safeParse(value);
      for (const { path, message } of error ? describeIssues(input, error, value).fields : []) {
        count += 1;
        if (
          !/^(?:must|is required|is not a field|is not in one|needs|can)\b/.test(message) ||
          /^(?:Invalid|Too|Unrecognized)\b|expected \w+, received |is not valid\b/.test(message)
        )
          wrong.add(`${name} ${path}: ${message}`);
      }
    }
  expect(count).toBeGreaterThan(10_000);
  expect([...wrong]).toEqual([]);
});
