import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { csvFiles, errorRules, errorsOfCall, type ErrorCode } from '@cartwright/contracts';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { restEntries } from '../rest/routes.ts';
import { openApiDocument } from './openapi-document.ts';

const operation = z.object({
  operationId: z.string(),
  description: z.string(),
  security: z.array(z.record(z.string(), z.unknown())),
  parameters: z.array(z.union([z.object({ $ref: z.string() }), z.object({ name: z.string(), in: z.string() })])),
  responses: z.record(z.string(), z.object({ description: z.string(), headers: z.record(z.string(), z.unknown()).optional() })),
});
const shape = z.object({
  openapi: z.string(),
  info: z.object({ description: z.string() }),
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.object({ schemas: z.record(z.string(), z.unknown()) }),
});

let document: z.output<typeof shape>;
let source: string;
beforeAll(() => {
  source = JSON.stringify(openApiDocument('https://api.cartwright.shop'));
  document = shape.parse(JSON.parse(source));
});
const at = (name: string): z.output<typeof operation> => {
  const found = Object.values(document.paths)
    .flatMap((methods) => Object.values(methods))
    .find(({ operationId }) => operationId === name);
  if (!found) throw new Error(`There is no ${name}`);
  return found;
};

/** Every description in a part of the document. */
function* descriptionsOf(part: unknown): Generator<string> {
  if (typeof part !== 'object' || part === null) return;
  if ('description' in part && typeof part.description === 'string') yield part.description;
  for (const inner of Object.values(part)) yield* descriptionsOf(inner);
}

describe('the OpenAPI document', () => {
  it('the OpenAPI document passes the recommended rules of a third-party linter', async () => {
    const config = await createConfig({ extends: ['recommended'] });
    const problems = await lintFromString({ source, config });
    expect(
      problems.map(({ severity, ruleId, message, location }) => `${severity} ${ruleId}: ${message} ${location[0]?.pointer ?? ''}`),
    ).toEqual([]);
  });

  it('the OpenAPI document has version 3.1 and every route of the contract, each with errors as problems', () => {
    expect(document.openapi).toBe('3.1.0');
    const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
    const own = restEntries.filter(({ rank }) => rank === 0).map(({ name }) => name.replace('.', '_'));
    expect(operations.map((o) => o.operationId)).toEqual(expect.arrayContaining(own));
    expect(new Set(operations.map((o) => o.operationId)).size).toBe(restEntries.length + Object.keys(csvFiles).length);
    expect(operations.filter(({ responses }) => !responses['400'] || !responses['500']).map((o) => o.operationId)).toEqual([]);
    expect(source).toContain('"application/problem+json":{"schema":{"$ref":"#/components/schemas/Problem"}}');
  });

  it('the OpenAPI document lists for each route every code that its call can return, SERVICE_UNAVAILABLE and BUSY among them', () => {
    const missing = restEntries
      .filter(({ rank }) => rank === 0)
      .flatMap(({ name, entry }) => {
        const { responses } = at(name.replace('.', '_'));
        const lists = (code: ErrorCode): boolean => responses[errorRules[code].status]?.description.includes(`\`${code}\``) === true;
        return errorsOfCall(entry)
          .filter((code) => !lists(code))
          .map((code) => `${name} ${code}`);
      });
    expect(missing).toEqual([]);
    expect(at('products_list').responses['503']?.description).toContain('SERVICE_UNAVAILABLE');
    expect(at('products_list').responses['429']?.description).toContain('BUSY');
    expect(at('orders_get').responses['429']?.description).not.toContain('BUSY');
    expect(at('orders_cancel').responses['429']?.description).toContain('BUSY');
  });

  it('the OpenAPI document contains every schema that it refers to', () => {
    expect(Object.keys(document.components.schemas)).toEqual(
      expect.arrayContaining(['Address', 'Cart', 'Order', 'Problem', 'Product', 'User']),
    );
    const missing = [...source.matchAll(/"#\/components\/schemas\/([^"]+)"/g)]
      .map(([, name = '']) => name)
      .filter((name) => !(name in document.components.schemas));
    expect(missing).toEqual([]);
  });

  it('the OpenAPI document has every text of the published reference, for fields and for records', () => {
    const folder = path.resolve(import.meta.dirname, '../../../../docs/reference');
    const descriptions = [...descriptionsOf(JSON.parse(source))];
    const rows = readdirSync(folder)
      .flatMap((page) => readFileSync(path.join(folder, page), 'utf8').split(/^## /m))
      // A record that only the details of errors contain is not in the document.
      .filter((section) => !section.startsWith('QuoteChange'))
      .flatMap((section) => section.split('\n'))
      .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|')))
      .filter(({ length, 1: field = '', 4: text }) => length === 6 && /^`[a-z]/.test(field) && text);
    expect(rows.length).toBeGreaterThan(500);
    // Only live feeds take `lastEventId`; they have no REST address.
    const missing = rows.filter(
      ({ 1: field, 4: text = '' }) => field !== '`lastEventId`' && !descriptions.some((known) => known.startsWith(text)),
    );
    expect(missing.map(({ 1: field, 4: text }) => `${field}: ${text}`)).toEqual([]);
  });

  it('the OpenAPI document names the buyer, the token and the scope that calls about a cart or an order need', () => {
    expect(at('orders_get').description).toContain(
      'For the buyer of the order: the signed-in account, or a guest with the token of its cart, or its `orderToken`, in `X-Cart-Token`, ' +
        'or for staff with the scope `orders:read`.',
    );
    expect(at('carts_get').description).toMatch(
      /For the buyer of the cart: the signed-in account, or a guest with its token in `X-Cart-Token`\.$/,
    );
    const open = restEntries
      .filter(({ path }) => /\{(cartId|orderId|paymentId)\}/.test(path))
      .filter(({ name, rank }) => rank === 0 && at(name.replace('.', '_')).description.includes('Open to everybody'));
    expect(open.map(({ name }) => name)).toEqual([]);
  });

  it('the OpenAPI document names the main route at each alias, and the aliases at the main route', () => {
    const aliases = restEntries.filter(({ rank }) => rank > 0);
    expect(aliases.length).toBeGreaterThan(3);
    for (const { name, entry, method, path: alias, rank } of aliases) {
      const id = name.replace('.', '_');
      expect(at(`${id}_${rank + 1}`).description).toContain(`An alias of \`${entry.rest.method} ${entry.rest.path}\``);
      expect(at(id).description).toMatch(/Also served as /);
      expect(at(id).description).toContain(`\`${method} ${alias}\``);
    }
  });

  it('the introduction of the OpenAPI document explains sign-in, the token of guests and Idempotency-Key', () => {
    for (const named of ['Authorization: Bearer', '/auth/refresh', 'X-Cart-Token', 'Idempotency-Key', 'Idempotency-Replayed', '30 days'])
      expect(document.info.description).toContain(named);
  });

  it('each schema of the OpenAPI document has a name that does not repeat Input', () => {
    expect(Object.keys(document.components.schemas)).toEqual(expect.arrayContaining(['AddressInput', 'PaymentMethodInput']));
    expect(Object.keys(document.components.schemas).filter((name) => name.endsWith('InputInput'))).toEqual([]);
  });

  it('the OpenAPI document states who may call and which headers are used', () => {
    expect(at('products_list').security).toEqual([{}, { bearer: [] }]);
    expect(at('inventory_list').security).toEqual([{ bearer: [] }]);
    expect(at('checkout_complete').parameters).toEqual(
      expect.arrayContaining([{ $ref: '#/components/parameters/IdempotencyKeyRequired' }]),
    );
    expect(at('checkout_complete').security).toEqual([{ bearer: [] }, { cartToken: [] }]);
    expect(at('carts_merge').security).toEqual([{ bearer: [], cartToken: [] }]);
    expect(at('checkout_complete').responses['201']?.headers).toHaveProperty('Location');
    expect(at('checkout_complete').responses['201']?.headers).toHaveProperty('Idempotency-Replayed');
  });
});
