import { expect, it } from 'vitest';
import { z } from 'zod';
import { contract, type ProcedureContract } from './index.ts';

interface Json {
  readonly format?: string;
  readonly description?: string;
  readonly anyOf?: readonly Json[];
  readonly oneOf?: readonly Json[];
  readonly items?: Json;
  readonly properties?: Readonly<Record<string, Json>>;
}

const partsOf = ({ anyOf = [], oneOf = [], items }: Json): Json[] => [...anyOf, ...oneOf, ...(items ? [items] : [])];
const isUuid = (schema: Json): boolean => schema.format === 'uuid' || partsOf(schema).some(isUuid);
const aboutOf = (schema: Json): string => schema.description ?? partsOf(schema).map(aboutOf).find(Boolean) ?? '';
/** The fields that contain ids, with their descriptions. */
const idsOf = (schema: Json, path: string): (readonly [path: string, about: string])[] => [
  ...Object.entries(schema.properties ?? {}).flatMap(([name, field]) => [
    ...(isUuid(field) || /^ids?$|[a-z]Ids?$/.test(name) ? [[`${path}.${name}`, aboutOf(field)] as const] : []),
    ...idsOf(field, `${path}.${name}`),
  ]),
  ...partsOf(schema).flatMap((part) => idsOf(part, path)),
];

it('every id in an input says what it is the id of, and where a client finds it', () => {
  const silent = Object.entries(contract).flatMap(([domain, entries]) =>
    Object.entries(entries as Readonly<Record<string, ProcedureContract>>).flatMap(([name, { input }]) =>
      idsOf(z.toJSONSchema(input, { io: 'input', unrepresentable: 'any', reused: 'inline' }) as Json, `${domain}.${name}`)
        .filter(([, about]) => !/^Id(?:, slug or handle| or slug)? of the .+, from /.test(about))
        .map(([path]) => path),
    ),
  );
  expect(silent).toEqual([]);
});

it('the gift card that is removed from a cart is found on the cart', () => {
  const input = z.toJSONSchema(contract.carts.removeCredit.input, { reused: 'inline' }) as Json;
  expect(input.properties?.['creditId']?.description).toMatch(/^Id of the gift card or store credit, from `credits` of the cart/);
});
