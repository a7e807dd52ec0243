/** Values that are well formed and still cannot be kept or meant. */
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
/** Every string in a schema, with the names that lead to it. */
const stringsOf = (schema: z.ZodType, path = '', seen: ReadonlySet<z.ZodType> = new Set()): { path: string; schema: z.ZodType }[] => {
  if (seen.has(schema)) return [];
  if (schema instanceof z.ZodString || schema instanceof z.ZodISODateTime) return [{ path, schema }];
  const within = new Set([...seen, schema]);
  const { innerType, in: from, out, element, valueType, options = [], shape = {} } = schema.def as unknown as Def;
  return [
    ...[innerType, from, out, element, valueType, ...options].flatMap((one) => (one ? stringsOf(one, path, within) : [])),
    ...Object.entries(shape).flatMap(([name, one]) => stringsOf(one, `${path}.${name}`, within)),
  ];
};
const takes = (schema: z.ZodType, value: string): boolean => schema.safeParse(value).success;
/** Whether it takes what an input takes, and not what a row may hold from before. */
const refusesStored = (schema: z.ZodType): boolean =>
  (takes(schema, '2026-01-01T00:00:00Z') && !takes(schema, '2999-01-01T00:00:00Z')) ||
  (takes(schema, 'Ada Byron') && !takes(schema, '\u202e'));

describe('an instant', () => {
  it.each([
    '0000-01-01T00:00:00Z',
    '0000-12-31T23:59:59-00:01',
    '0001-01-01T00:00:00+14:00',
    '9999-12-31T23:59:59-23:59',
    '2026-02-30T00:00:00Z',
    '2026-01-01T24:00:00Z',
  ])('such as %s is refused, because no database and no answer can hold it', (text) => expect(instant.safeParse(text).success).toBe(false));

  it.each(['0001-01-01T00:00:00Z', '2026-11-29T12:00:00+14:00', '9999-12-31T23:59:59.999Z'])('such as %s is taken', (text) =>
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
  ])('such as %s is refused', (text) => expect(instantInput.safeParse(text).success).toBe(false));

  it.each(['2000-01-01T00:00:00Z', '2026-11-29T12:00:00+14:00', '2200-12-31T23:59:59.999Z'])('such as %s is taken', (text) =>
    expect(instantInput.parse(text)).toBe(text),
  );
});

describe('an answer', () => {
  const procedures = Object.entries(contract).flatMap(([domain, calls]) =>
    Object.entries(calls as Record<string, { output: z.ZodType }>).map(([name, { output }]) => [`${domain}.${name}`, output] as const),
  );

  it('holds whatever a row of a running shop may hold, though no input takes it any more', () => {
    const strict = procedures.flatMap(([name, output]) =>
      stringsOf(output)
        .filter(({ schema }) => refusesStored(schema))
        .map(({ path }) => `${name} ${path}`),
    );
    expect(strict).toEqual([]);
    expect(procedures.flatMap(([, output]) => stringsOf(output)).length).toBeGreaterThan(500);
  });
});

describe('a name', () => {
  it.each(['\u202e', '\u200b\u200d', '\u2060', '\u00ad', '\u3164', '\u2800', '\ufe0f', '\u0301', '\u200e \u200f', '\ue000'])(
    'that shows nothing is refused: %j',
    (text) => expect(nameText(100).safeParse(text).success).toBe(false),
  );

  it.each(['Ada\u202eByron', '\u202dAda'])('that turns the direction of what follows is refused: %j', (text) =>
    expect(nameText(100).safeParse(text).success).toBe(false),
  );

  it.each(['A', '日本', '👩‍👩‍👧', '★', 'مرحبا\u200f!', 'नमस्ते', 'e\u0301', '7'])('such as %s is taken', (text) =>
    expect(nameText(100).parse(text)).toBe(text),
  );

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
  ])('is looked at by %s', (_call, input, value, path) =>
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

  it('names each line once, so that no second mention of a line is lost', () => {
    expect(receive(1, 2).success).toBe(true);
    expect(receive(1, 1).error?.issues).toMatchObject([{ path: ['items'], message: 'must name each line once' }]);
  });
});
