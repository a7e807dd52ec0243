/** Well-formed values that cannot be stored or that are certainly a mistake. */
import { describe, expect, it } from 'vitest';
import { instant, instantInput, nameText } from './common.ts';
import { contract } from './contract.ts';
import { z } from 'zod';

interface Def {
  readonly innerType?: z.ZodType;
  readonly in?: z.ZodType;
  readonly out?: z.ZodType;
  readonly element?: z.ZodType;
  readonly valueType?: z.ZodType;
  readonly options?: readonly z.ZodType[];
  readonly shape?: Readonly<Record<string, z.ZodType>>;
}
/** Every string schema inside a schema, with its path. */
const stringsOf = (schema: z.ZodType, path = '', seen: ReadonlySet<z.ZodType> = new Set()): { path: string; schema: z.ZodType }[] => {
  if (seen.has(schema)) return [];
  if (schema instanceof z.ZodString || schema instanceof z.ZodISODateTime) return [{ path, schema }];
  const visited = new Set([...seen, schema]);
  const { innerType, in: from, out, element, valueType, options = [], shape = {} } = schema.def as unknown as Def;
  return [
    ...[innerType, from, out, element, valueType, ...options].flatMap((one) => (one ? stringsOf(one, path, visited) : [])),
    ...Object.entries(shape).flatMap(([name, one]) => stringsOf(one, `${path}.${name}`, visited)),
  ];
};
const accepts = (schema: z.ZodType, value: string): boolean => schema.safeParse(value).success;
/** Whether a schema is as strict as an input and rejects values that an old row may contain. */
const refusesStored = (schema: z.ZodType): boolean =>
  (accepts(schema, '2026-01-01T00:00:00Z') && !accepts(schema, '2999-01-01T00:00:00Z')) ||
  (accepts(schema, 'Ada Byron') && !accepts(schema, '\u202e'));

describe('an instant', () => {
  it.each([
    '0000-01-01T00:00:00Z',
    '0000-12-31T23:59:59-00:01',
    '0001-01-01T00:00:00+14:00',
    '9999-12-31T23:59:59-23:59',
    '2026-02-30T00:00:00Z',
    '2026-01-01T24:00:00Z',
  ])('the instant %s is refused, because PostgreSQL or RFC 3339 cannot represent it', (text) =>
    expect(instant.safeParse(text).success).toBe(false),
  );

  it.each(['0001-01-01T00:00:00Z', '2026-11-29T12:00:00+14:00', '9999-12-31T23:59:59.999Z'])('the instant %s is accepted', (text) =>
    expect(instant.parse(text)).toBe(text),
  );
});

describe('an instant in an input', () => {
  it.each([
    '1999-12-31T23:59:59.999Z',
    '2000-01-01T00:00:00+00:01',
    '2201-01-01T00:00:00Z',
    '2200-12-31T23:59:59-00:01',
    '2999-01-01T00:00:00Z',
  ])('an input refuses the instant %s', (text) => expect(instantInput.safeParse(text).success).toBe(false));

  it.each(['2000-01-01T00:00:00Z', '2026-11-29T12:00:00+14:00', '2200-12-31T23:59:59.999Z'])('an input accepts the instant %s', (text) =>
    expect(instantInput.parse(text)).toBe(text),
  );
});

describe('an answer', () => {
  const procedures = Object.entries(contract).flatMap(([domain, calls]) =>
    Object.entries(calls as Record<string, { output: z.ZodType }>).map(([name, { output }]) => [`${domain}.${name}`, output] as const),
  );

  it('an answer accepts stored values that inputs no longer accept', () => {
    const strict = procedures.flatMap(([name, output]) =>
      stringsOf(output)
        .filter(({ schema }) => refusesStored(schema))
        .map(({ path }) => `${name} ${path}`),
    );
    expect(strict).toEqual([]);
    expect(procedures.flatMap(([, output]) => stringsOf(output)).length).toBeGreaterThan(500);
  });
});

/** The paths in a JSON Schema of integers that may be larger than a column of 4 bytes holds. */
const largeIntegers = (schema: unknown, path = ''): string[] => {
  if (typeof schema !== 'object' || schema === null) return [];
  const large = 'type' in schema && schema.type === 'integer' && !('maximum' in schema && Number(schema.maximum) <= 2_147_483_647);
  return [...(large ? [path] : []), ...Object.entries(schema).flatMap(([name, one]) => largeIntegers(one, `${path}.${name}`))];
};

describe('an integer in an input', () => {
  const inputs = Object.entries(contract).flatMap(([domain, calls]) =>
    Object.entries(calls as Record<string, { input: z.ZodType }>).map(([name, { input }]) => [`${domain}.${name}`, input] as const),
  );
  // Amounts have columns of 8 bytes; versions are only compared.
  const mayBeLarge = /(?:Cents|[vV]ersion)(?:\.anyOf\.\d)?$/;

  it('no input accepts an integer that is larger than its column holds', () => {
    const large = inputs.flatMap(([call, input]) =>
      largeIntegers(z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' })).map((path) => `${call} ${path}`),
    );
    expect(large.filter((path) => !mayBeLarge.test(path))).toEqual([]);
  });
});

describe('a name', () => {
  it.each(['\u202e', '\u200b\u200d', '\u2060', '\u00ad', '\u3164', '\u2800', '\ufe0f', '\u0301', '\u200e \u200f', '\ue000'])(
    'a name without a visible character is refused: %j',
    (text) => expect(nameText(100).safeParse(text).success).toBe(false),
  );

  it.each(['Ada\u202eByron', '\u202dAda'])('a name that overrides the direction of text is refused: %j', (text) =>
    expect(nameText(100).safeParse(text).success).toBe(false),
  );

  it.each(['A', '日本', '👩‍👩‍👧', '★', 'مرحبا\u200f!', 'नमस्ते', 'é', '7'])('the name %s is accepted', (text) =>
    expect(nameText(100).parse(text)).toBe(text),
  );

  it('a letter of a name and its accent are stored as one character, within the longest length', () => {
    expect(nameText(100).parse('Cafe\u0301')).toBe('Caf\u00e9');
    expect(nameText(1).safeParse('\u0958').success).toBe(false);
  });

  it.each([
    ['products.create', contract.products.create.input, { name: '\u200b', variants: [{ sku: 'A', priceCents: 1 }] }, 'name'],
    [
      'products.create, an option',
      contract.products.create.input,
      { name: 'A', variants: [{ sku: 'A', priceCents: 1, options: { Size: '\u200b' } }] },
      'variants.0.options.Size',
    ],
    [
      'auth.register',
      contract.auth.register.input,
      { email: 'ada@example.com', password: 'seven green umbrellas', firstName: '\u202e', lastName: 'B' },
      'firstName',
    ],
  ])('%s refuses an invalid name', (_call, input, value, path) =>
    expect((input as z.ZodType).safeParse(value).error?.issues.map((issue) => issue.path.join('.'))).toContain(path),
  );
});

describe('the receipt of a return', () => {
  const id = (n: number): string => `01990000-0000-7000-8000-00000000000${n}`;
  const receive = (...lines: number[]) =>
    contract.returns.receive.input.safeParse({
      returnId: id(0),
      items: lines.map((n) => ({ orderItemId: id(n), receivedQuantity: 1, restockQuantity: 1 })),
    });

  it('the receipt of a return must name each line once', () => {
    expect(receive(1, 2).success).toBe(true);
    expect(receive(1, 1).error?.issues).toMatchObject([{ path: ['items'], message: 'must name each line once' }]);
  });
});
