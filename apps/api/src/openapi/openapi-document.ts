/** Builds the OpenAPI 3.1 document from the contract: paths, schemas, errors and access. */
import {
  csvFiles,
  csvOperations,
  errorRules,
  errorsOfCall,
  isForBuyer,
  problemSchema,
  restPrefix,
  scopesOfAccess,
  type Access,
  type CsvFile,
  type ErrorCode,
  type ProcedureContract,
  type ShopContract,
} from '@cartwright/contracts';
import { contentLocations, locations, polls } from '../rest/locations.ts';
import { restEntries, type RestEntry } from '../rest/routes.ts';
import { cartTokenHeader, introduction } from './introduction.ts';
import { createSchemas, type Json, type Schemas } from './schemas.ts';

/** Whom the HTTP layer and the domains let in, as sentences. */
const accessNote = ({ access, alsoNeeds = [] }: Pick<ProcedureContract, 'access' | 'alsoNeeds'>): string =>
  [callerNote(access), ...alsoNeeds.map(({ scope, when }) => `Needs \`${scope}\` ${when}.`)].join(' ');

const callerNote = (access: Access): string => {
  if (access === 'public') return 'Open to everybody.';
  if (access === 'signed-in') return 'For signed-in accounts.';
  if (!isForBuyer(access)) {
    const scopes = scopesOfAccess(access);
    return `For staff with the ${scopes.length > 1 ? 'scopes' : 'scope'} ${scopes.map((scope) => `\`${scope}\``).join(' and ')}.`;
  }
  const { buyerOf, orStaff } = access;
  const token = buyerOf === 'cart' ? 'its token' : 'the token of its cart, or its `orderToken`,';
  const staff = orStaff ? `, or for staff with the scope \`${orStaff}\`` : '';
  return `For the buyer of the ${buyerOf}: the signed-in account, or a guest with ${token} in \`${cartTokenHeader}\`${staff}.`;
};

/** Which credentials a request sends: each entry is one way, and names everything that it needs. */
const securityOf = ({ access, readsCartToken }: Pick<ProcedureContract, 'access' | 'readsCartToken'>): Json[] => {
  if (access === 'public') return [{}, { bearer: [] }, ...(readsCartToken ? [{ cartToken: [] }] : [])];
  if (isForBuyer(access)) return [{ bearer: [] }, { cartToken: [] }];
  return [{ bearer: [], ...(readsCartToken && { cartToken: [] }) }];
};

/** Names the other addresses of the same call. */
const aliasNote = ({ entry, rank }: RestEntry): string => {
  const [main, ...aliases] = [entry.rest, ...(entry.rest.also ?? [])].map(({ method, path }) => `\`${method} ${path}\``);
  if (rank > 0) return `An alias of ${main}: the same call, with the same input and output.`;
  return aliases.length > 0 ? `Also served as ${aliases.join(' and ')}.` : '';
};

const ofBodies: readonly ErrorCode[] = ['MALFORMED_BODY', 'PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'];
const errorsOf = ({ entry, byQuery }: RestEntry): ErrorCode[] => [...errorsOfCall(entry), ...(byQuery ? [] : ofBodies)];

const errorResponses = (route: RestEntry): Json => {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of errorsOf(route)) byStatus.set(errorRules[code].status, [...(byStatus.get(errorRules[code].status) ?? []), code]);
  return Object.fromEntries(
    [...byStatus]
      .toSorted(([a], [b]) => a - b)
      .map(([status, codes]) => [
        String(status),
        {
          description: codes.map((code) => `\`${code}\`: ${errorRules[code].title}`).join('; '),
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      ]),
  );
};

const header = (description: string): Json => ({ description, schema: { type: 'string' } });

const success = ({ entry, name, method }: RestEntry, schemas: Schemas): Json => ({
  description: 'Done',
  headers: {
    'X-Request-Id': header('Id of this request. Quote it to support.'),
    ...(entry.kind === 'query' && entry.caching && { ETag: header('Send it as `If-None-Match` to get 304 while nothing has changed.') }),
    ...(entry.kind === 'mutation' &&
      entry.preconditions &&
      method !== 'DELETE' && { ETag: header('Version of the changed product: send it as `If-Match` with the next change.') }),
    ...(contentLocations[name] && {
      'Content-Location': header('The current address, if the request used a previous slug or the handle.'),
    }),
    ...(locations[name] && { Location: header('Address of the created record.') }),
    ...(entry.idempotency && {
      'Idempotency-Replayed': header('`true` if this is the stored response of an earlier request with the same key.'),
    }),
  },
  content: { 'application/json': { schema: schemas.of(entry.output, 'output', name) } },
});

const unfinished = (route: RestEntry, schemas: Schemas): Json =>
  polls[route.name] === undefined
    ? {}
    : {
        202: {
          ...success(route, schemas),
          description:
            'Accepted: the payment provider has not decided, or waits for the buyer. Poll `Location` after `Retry-After` seconds.',
        },
      };

const parametersOf = (
  { entry, params, byQuery }: RestEntry,
  fields: readonly (readonly [string, Json])[],
  required: readonly string[],
): Json[] => {
  const parameter = (place: 'path' | 'query', [key, { description, ...schema }]: readonly [string, Json]): Json => ({
    name: key,
    in: place,
    required: place === 'path' || required.includes(key),
    ...(description !== undefined && { description }),
    schema,
  });
  const inPath = fields.filter(([key]) => params.includes(key)).map((field) => parameter('path', field));
  const queryFields = byQuery ? fields.filter(([key]) => !params.includes(key)) : [];
  const inQuery = queryFields.map((field) => parameter('query', field));
  const headerOf = (parameter: string): Json => ({ $ref: `#/components/parameters/${parameter}` });
  return [
    ...inPath,
    ...inQuery,
    ...(entry.idempotency ? [headerOf(entry.idempotency === 'required' ? 'IdempotencyKeyRequired' : 'IdempotencyKey')] : []),
    ...(entry.kind === 'mutation' && entry.preconditions ? [headerOf('IfMatch')] : []),
  ];
};

/**
 * Client generators use these ids, so each address needs its own: `checkout_complete`, and `checkout_complete_2` for its second address.
 */
const operationIdOf = (name: string, rank: number): string => `${name.replace('.', '_')}${rank === 0 ? '' : `_${rank + 1}`}`;

const operation = (route: RestEntry, schemas: Schemas): Json => {
  const { entry, name, rank, params, byQuery } = route;
  const input = schemas.of(entry.input, 'input', name) as { properties?: Record<string, Json>; required?: string[] };
  const fields = Object.entries(input.properties ?? {});
  const guarded = entry.kind === 'mutation' && entry.preconditions !== undefined;
  const required = (input.required ?? []).filter((key) => !params.includes(key) && !(guarded && key === 'version'));
  const inBody = fields.filter(([key]) => !params.includes(key));
  const body = {
    type: 'object',
    properties: Object.fromEntries(inBody),
    ...(required.length > 0 && { required }),
    additionalProperties: false,
  };
  return {
    operationId: operationIdOf(name, rank),
    tags: [name.split('.')[0]],
    summary: entry.summary,
    description: [entry.description, aliasNote(route), accessNote(entry)].filter(Boolean).join(' '),
    security: securityOf(entry),
    parameters: parametersOf(route, fields, required),
    ...(!byQuery &&
      inBody.length > 0 && { requestBody: { required: required.length > 0, content: { 'application/json': { schema: body } } } }),
    responses: { [String(entry.rest.status ?? 200)]: success(route, schemas), ...unfinished(route, schemas), ...errorResponses(route) },
  };
};

/** A CSV export takes filters, or the id of what it exports, and returns text. */
const csvOperation = (file: CsvFile, schemas: Schemas): Json => {
  const entry = csvFiles[file];
  const { method, path } = entry.rest;
  const params = [...path.matchAll(/\{(\w+)\}/g)].flatMap(([, param]) => param ?? []);
  const route: RestEntry = { name: csvOperations[file], entry, method, path, rank: 0, params, byQuery: true };
  const drawn = operation(route, schemas);
  const done = { ...success(route, schemas), content: { 'text/csv': { schema: { type: 'string' } } } };
  return { ...drawn, responses: { ...(drawn['responses'] as Json), 200: done } };
};

const idempotencyParameter = (required: boolean): Json => ({
  name: 'Idempotency-Key',
  in: 'header',
  required,
  description: 'A key that the client generates for this request. A repeat with the same key gets the stored response.',
  schema: { type: 'string', pattern: '^[A-Za-z0-9_-]{16,64}$' },
});

const tags: Readonly<Record<keyof ShopContract, string>> = {
  auth: 'Registration, sign-in, token refresh, sign-out.',
  products: 'Products and variants: reading for buyers, editing for staff.',
  productImages: 'Product images, by URL and in order.',
  collections: 'Automatic collections: products that match a rule.',
  categories: 'The category tree.',
  imports: 'Import of products from CSV files, with preview.',
  search: 'Search in the published catalogue: words, filters, facets, suggestions.',
  pricing: 'Prices for a quantity and a buyer, and the pricing rules.',
  promoCodes: 'Promo codes with limits, single or in batches, and their uses.',
  priceLists: 'Prices by currency and customer group, and the price history.',
  tax: 'Tax rates by destination and tax class.',
  shipping: 'Shipping methods, with zones and bands of weight and value.',
  settings: 'Settings of the shop.',
  inventory: 'Stock on hand and reserved, and the ledger of its changes.',
  carts: 'Carts: lines are held for a limited time and priced on every change.',
  checkout: 'Checkout: from a cart to a paid order, at most once per idempotency key.',
  orders: 'Orders with their timeline, from payment to delivery.',
  orderViews: 'Saved views of the order list, for each person.',
  returns: 'Returns of units, and their refunds.',
  payments: 'Charges, refunds and payment discrepancies.',
  invoices: 'Invoices, numbered without gaps.',
  storeCredit: 'Gift cards and store credit, with their ledger.',
  flashSales: 'Flash sales: limited units in a time window, with an optional waiting room.',
  events: 'The event log and its live feed.',
  mailbox: 'Mails in the local mailbox.',
  system: 'Dashboard, event consumers, data integrity.',
};

/** Builds the whole document. Called once at start, because it is too slow for every request. */
export const openApiDocument = (serverUrl: string): Json => {
  const schemas = createSchemas();
  schemas.of(problemSchema, 'output');
  const paths: Record<string, Json> = {};
  for (const route of restEntries) {
    const { method, path } = route;
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation(route, schemas) };
  }
  for (const file of Object.keys(csvFiles) as CsvFile[]) paths[csvFiles[file].rest.path] = { get: csvOperation(file, schemas) };
  return {
    openapi: '3.1.0',
    info: {
      title: 'Cartwright shop API',
      version: '1.0.0',
      description: introduction,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: `${serverUrl}${restPrefix}` }],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: schemas.components,
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'The `accessToken` of `POST /auth/login`.' },
        cartToken: {
          type: 'apiKey',
          in: 'header',
          name: cartTokenHeader,
          description:
            'The `cartToken` that `POST /carts` returns to a guest, which also opens the order that is placed from the cart; or the ' +
            '`orderToken` of an order that was bought from a flash sale without a cart.',
        },
      },
      parameters: {
        IdempotencyKey: idempotencyParameter(false),
        IdempotencyKeyRequired: idempotencyParameter(true),
        IfMatch: {
          name: 'If-Match',
          in: 'header',
          required: false,
          description:
            'ETag of the product version that the change is based on, or `*`. Replaces the field `version`. ' +
            'If the product has another version, the call fails with 412 `VERSION_MISMATCH` and the current version in `details`.',
          schema: { type: 'string' },
        },
      },
    },
  };
};
