/** The OpenAPI 3.1 document, made from the contract: paths, schemas, errors and who may call. */
import { contract, errorRules, headers, problemSchema, type Access, type ErrorCode } from '@cartwright/contracts';
import { z } from 'zod';
import { restEntries, type RestEntry } from '../rest/routes.ts';

type Json = Record<string, unknown>;
type Io = 'input' | 'output';

/** JSON Schemas with named ones hoisted into `components`; an input that differs from the output of the same name gets its own. */
const createSchemas = () => {
  const components: Record<string, Json> = {};
  const rename = (value: unknown, names: ReadonlyMap<string, string>): unknown => {
    if (Array.isArray(value)) return value.map((v) => rename(v, names));
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(
      Object.entries(value)
        .filter(([key, v]) => key !== 'errorCode' && key !== '$schema' && !(key === 'id' && typeof v === 'string'))
        .map(([key, v]) => [
          key,
          key === '$ref' && typeof v === 'string'
            ? `#/components/schemas/${names.get(v.split('/').at(-1) ?? '') ?? v.split('/').at(-1)}`
            : rename(v, names),
        ]),
    );
  };
  return {
    components,
    of: (schema: z.ZodType, io: Io): Json => {
      const { $defs, properties } = z.toJSONSchema(z.object({ it: schema }), {
        target: 'draft-2020-12',
        io,
        unrepresentable: 'any',
        reused: 'inline',
      }) as unknown as { $defs?: Record<string, Json>; properties: { it: Json } };
      const names = new Map<string, string>();
      for (const [name, definition] of Object.entries($defs ?? {})) {
        const known = components[name];
        const differs = known && JSON.stringify(known) !== JSON.stringify(rename(definition, new Map()));
        names.set(name, differs ? `${name}${io === 'input' ? 'Input' : 'Output'}` : name);
      }
      for (const [name, definition] of Object.entries($defs ?? {}))
        components[names.get(name) ?? name] ??= rename(definition, names) as Json;
      return rename(properties.it, names) as Json;
    },
  };
};

const accessNote = (access: Access): string =>
  access === 'public'
    ? 'Open to everybody.'
    : access === 'signed-in'
      ? 'For signed-in accounts.'
      : `For staff with the scope \`${access.scope}\`.`;

const always: readonly ErrorCode[] = ['INVALID_INPUT', 'UNKNOWN_FIELD', 'RATE_LIMITED'];
const errorsOf = ({ entry }: RestEntry): ErrorCode[] => [
  ...always,
  ...(entry.access === 'public' ? [] : (['UNAUTHENTICATED', 'INVALID_TOKEN'] as const)),
  ...(typeof entry.access === 'object' ? (['FORBIDDEN'] as const) : []),
  ...(entry.idempotency ? (['IDEMPOTENCY_KEY_INVALID', 'IDEMPOTENCY_IN_PROGRESS', 'IDEMPOTENCY_KEY_REUSED'] as const) : []),
  ...(entry.idempotency === 'required' ? (['IDEMPOTENCY_KEY_REQUIRED'] as const) : []),
  ...(entry.errors ?? []),
];

const errorResponses = (route: RestEntry): Json => {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of errorsOf(route)) byStatus.set(errorRules[code].status, [...(byStatus.get(errorRules[code].status) ?? []), code]);
  return Object.fromEntries(
    [...byStatus]
      .toSorted(([a], [b]) => a - b)
      .map(([status, codes]) => [
        String(status),
        {
          description: [...new Set(codes)].map((code) => `\`${code}\`: ${errorRules[code].title}`).join('; '),
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      ]),
  );
};

const operation = (route: RestEntry, schemas: ReturnType<typeof createSchemas>): Json => {
  const { entry, name } = route;
  const input = schemas.of(entry.input, 'input') as { properties?: Record<string, Json>; required?: string[] };
  const pathNames = new Set([...entry.rest.path.matchAll(/\{(\w+)\}/g)].map((m) => m[1] ?? ''));
  const inQuery = entry.rest.method === 'GET' || entry.rest.method === 'DELETE';
  const properties = Object.entries(input.properties ?? {});
  const rest = properties.filter(([key]) => !pathNames.has(key));
  const required = (input.required ?? []).filter((key) => !pathNames.has(key));
  const [domain = ''] = name.split('.');
  return {
    operationId: name.replace('.', '_'),
    tags: [domain],
    summary: entry.summary,
    description: [entry.description, accessNote(entry.access)].filter(Boolean).join(' '),
    security: entry.access === 'public' ? [{}, { bearer: [] }] : [{ bearer: [] }],
    parameters: [
      ...properties.filter(([key]) => pathNames.has(key)).map(([key, schema]) => ({ name: key, in: 'path', required: true, schema })),
      ...(inQuery ? rest.map(([key, schema]) => ({ name: key, in: 'query', required: required.includes(key), schema })) : []),
      ...(entry.idempotency
        ? [{ $ref: '#/components/parameters/IdempotencyKey' + (entry.idempotency === 'required' ? 'Required' : '') }]
        : []),
      ...(domain === 'carts' || domain === 'checkout' || domain === 'orders' ? [{ $ref: '#/components/parameters/CartToken' }] : []),
    ],
    ...(!inQuery && {
      requestBody: {
        required: required.length > 0,
        content: {
          'application/json': {
            schema: {
              type: 'object',
              properties: Object.fromEntries(rest),
              ...(required.length > 0 && { required }),
              additionalProperties: false,
            },
          },
        },
      },
    }),
    responses: {
      [String(entry.rest.status ?? 200)]: {
        description: 'Done',
        content: { 'application/json': { schema: schemas.of(entry.output, 'output') } },
      },
      ...errorResponses(route),
    },
  };
};

const idempotencyParameter = (required: boolean): Json => ({
  name: 'Idempotency-Key',
  in: 'header',
  required,
  description: 'A key of your making for this attempt. The same key with the same request gets the first answer again.',
  schema: { type: 'string', pattern: '^[A-Za-z0-9_-]{16,64}$' },
});

/** The whole document. Cheap enough to make at start, too dear for every request. */
export const openApiDocument = (serverUrl: string): Json => {
  const schemas = createSchemas();
  schemas.of(problemSchema, 'output');
  const paths: Record<string, Json> = {};
  for (const route of restEntries) {
    const { method, path } = route.entry.rest;
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation(route, schemas) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Cartwright shop API',
      version: '1.0.0',
      description:
        'Money is in minor units of its currency, instants are RFC 3339 in UTC, errors are RFC 9457 problems with a stable `code`.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: `${serverUrl}/api/v1` }],
    tags: Object.keys(contract).map((name) => ({ name, description: `Procedures of ${name}` })),
    paths,
    components: {
      schemas: schemas.components,
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      parameters: {
        IdempotencyKey: idempotencyParameter(false),
        IdempotencyKeyRequired: idempotencyParameter(true),
        CartToken: {
          name: headers.cartToken.replace(/(^|-)\w/g, (c) => c.toUpperCase()),
          in: 'header',
          required: false,
          description: "A guest's cart token, given when the cart was opened.",
          schema: { type: 'string' },
        },
      },
    },
  };
};
