import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');
const { default: config } = (await import(path.join(root, '.dependency-cruiser.mjs'))) as {
  default: { forbidden: { name: string; comment: string }[] };
};

const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
/** The folders that the lint checks. */
const [, folders = ''] = /^depcruise --config \S+ (.+)$/.exec(scripts['lint:layers'] ?? '') ?? [];

/** One violation of each rule: the importing file and the imported one. */
const violationExamples: Record<string, readonly [from: string, to: string]> = {
  'contracts-import-zod-only': ['packages/contracts/src/bad.ts', 'packages/db/src/target.ts'],
  'db-imports-contracts-only': ['packages/db/src/bad.ts', 'packages/core/src/orders/index.ts'],
  'core-imports-no-app': ['packages/core/src/orders/bad-app.ts', 'apps/api/src/target.ts'],
  'core-imports-no-transport': ['packages/core/src/orders/bad-transport.ts', 'express'],
  'provider-libraries-in-gateways-only': ['packages/core/src/payments/bad-provider.ts', 'stripe'],
  'domains-by-index-only': ['packages/core/src/orders/bad-door.ts', 'packages/core/src/carts/inside.ts'],
  'kernel-imports-no-domain': ['packages/core/src/kernel/bad.ts', 'packages/core/src/carts/index.ts'],
  'read-models-below-domains': ['packages/core/src/read-models/bad.ts', 'packages/core/src/carts/index.ts'],
  'jobs-import-no-domain': ['packages/core/src/jobs/bad.ts', 'packages/core/src/carts/index.ts'],
  'domains-in-order': ['packages/core/src/carts/bad.ts', 'packages/core/src/checkout/index.ts'],
  'no-import-of-flash-sales': ['packages/core/src/orders/bad-sale.ts', 'packages/core/src/flash-sales/index.ts'],
  'no-import-of-imports': ['packages/core/src/catalog/bad-file.ts', 'packages/core/src/imports/index.ts'],
  'no-import-of-event-consumers': ['packages/core/src/checkout/bad.ts', 'packages/core/src/notifications/index.ts'],
  'sdk-imports-contracts-only': ['packages/sdk/src/bad-server.ts', 'packages/core/src/orders/index.ts'],
  'sdk-imports-types-only': ['packages/sdk/src/bad-value.ts', 'packages/contracts/src/target.ts'],
  'routers-import-no-database': ['apps/api/src/routers/bad.ts', 'kysely'],
  'admin-imports-sdk-only': ['apps/admin/src/bad.ts', 'apps/api/src/target.ts'],
  'testing-in-tests-only': ['apps/worker/src/bad.ts', 'packages/testing/src/target.ts'],
};

/** Folders with a cycle of two files. */
const cycles = ['packages/core/src/orders', 'apps/api/src', 'prove', 'bench/stage', 'scripts', 'examples'];

/** Domains next to each other in the order. */
const neighbours = [
  ['audit', 'pricing'],
  ['pricing', 'store-credit'],
  ['store-credit', 'inventory'],
  ['inventory', 'carts'],
  ['orders', 'order-edits/steps'],
  ['order-edits/steps', 'invoicing'],
  ['order-edits/steps', 'payments'],
  ['payments', 'returns'],
  ['checkout', 'flash-sales'],
] as const;

let dir: string;
let found: Map<string, string[]>;

const write = (file: string, text: string): void => {
  mkdirSync(path.dirname(path.join(dir, file)), { recursive: true });
  writeFileSync(path.join(dir, file), text);
};

beforeAll(() => {
  dir = mkdtempSync(path.join(root, 'node_modules/.layers-'));
  for (const [from, to] of Object.values(violationExamples)) {
    const local = to.endsWith('.ts');
    if (local) write(to, 'export const target = 1;\n');
    else {
      write(`node_modules/${to}/package.json`, JSON.stringify({ name: to, main: 'index.js' }));
      write(`node_modules/${to}/index.js`, 'exports.target = 1;\n');
    }
    const specifier = local ? path.relative(path.dirname(from), to).replace(/^(?!\.)/, './') : to;
    write(from, `import { target } from '${specifier}';\nexport const used = target;\n`);
  }
  for (const folder of cycles) {
    write(`${folder}/one.ts`, `import { two } from './two.ts';\nexport const one = (): unknown => two;\n`);
    write(`${folder}/two.ts`, `import { one } from './one.ts';\nexport const two = (): unknown => one;\n`);
  }
  write('packages/core/src/orders/index.ts', 'export const target = 1;\n');
  write('packages/core/src/search/index.ts', 'export const target = 1;\n');
  write('packages/core/src/catalog/bad-search.ts', `import { target } from '../search/index.ts';\nexport const used = target;\n`);
  for (const [lower, higher] of neighbours) {
    write(`packages/core/src/${higher}/index.ts`, 'export const target = 1;\n');
    write(
      `packages/core/src/${lower}/bad-order.ts`,
      `import { target } from '${path.relative(lower, higher)}/index.ts';\nexport const used = target;\n`,
    );
  }
  // Allowed imports: the index of a domain, the steps of edits, a provider in its gateway, a type of the contract.
  write('packages/core/src/orders/good.ts', `import { target } from '../carts/index.ts';\nexport const used = target;\n`);
  write('packages/core/src/order-edits/steps/index.ts', 'export const target = 1;\n');
  write('packages/core/src/payments/good.ts', `import { target } from '../order-edits/steps/index.ts';\nexport const used = target;\n`);
  write('packages/core/src/payments/gateways/good.ts', `import { target } from 'stripe';\nexport const used = target;\n`);
  write('packages/sdk/src/good.ts', `import type { target } from '../../contracts/src/target.ts';\nexport type Used = typeof target;\n`);
  write('tsconfig.tests.json', '{ "compilerOptions": { "module": "nodenext", "allowImportingTsExtensions": true, "noEmit": true } }');
  write('package.json', '{ "type": "module" }');
  const cruise = spawnSync(
    path.join(root, 'node_modules/.bin/depcruise'),
    ['--config', path.join(root, '.dependency-cruiser.mjs'), '--output-type', 'json', ...folders.split(' ')],
    { cwd: dir, encoding: 'utf8', maxBuffer: 2 ** 26 },
  );
  const { summary } = JSON.parse(cruise.stdout) as { summary: { violations: { from: string; rule: { name: string } }[] } };
  found = new Map();
  for (const { from, rule } of summary.violations) found.set(rule.name, [...(found.get(rule.name) ?? []), from]);
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe('the layer rules', () => {
  it('this test has a violation of every layer rule', () => {
    expect(Object.keys(violationExamples).concat('no-cycles').toSorted()).toEqual(
      [...new Set(config.forbidden.map(({ name }) => name))].toSorted(),
    );
  });

  it.each(Object.entries(violationExamples))('the layer rule %s reports its violation', (name, [from]) => {
    expect(found.get(name)).toContain(from);
  });

  it.each(cycles)('the layer rule no-cycles reports a cycle in %s', (folder) => {
    expect(found.get('no-cycles')).toEqual(expect.arrayContaining([`${folder}/one.ts`]));
  });

  it.each(neighbours)('the layer rule domains-in-order reports an import from %s to %s', (lower) => {
    expect(found.get('domains-in-order')).toContain(`packages/core/src/${lower}/bad-order.ts`);
  });

  it('the layer rule no-import-of-event-consumers covers every consumer', () => {
    expect(found.get('no-import-of-event-consumers')).toContain('packages/core/src/catalog/bad-search.ts');
  });

  it('the comment of every layer rule says what to do instead', () => {
    for (const { comment } of config.forbidden) expect(comment).toMatch(/[:;]/);
  });

  it('the layer rules accept allowed imports', () => {
    expect([...found.values()].flat().filter((from) => from.includes('good'))).toEqual([]);
  });
});
