/** The admin offers a change only to accounts that have the scopes of its procedure. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { contract, type ProcedureContract } from '@cartwright/contracts';
import { expect, it } from 'vitest';
import { scopesOfProcedure } from '../src/lib/scopes.gen.ts';

const root = path.join(import.meta.dirname, '../src');
const source = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file) && !file.endsWith('.gen.ts'))
  .map((file) => readFileSync(path.join(root, file), 'utf8'))
  .join('\n');

const domains: Readonly<Record<string, Readonly<Record<string, ProcedureContract>>>> = contract;
const scopesOf: Readonly<Record<string, readonly string[]>> = scopesOfProcedure;
const called = [...new Set([...source.matchAll(/\bshop\.(\w+\.\w+)/g)].map(([, name = '']) => name))];
/** The changes that the admin makes and that an account may lack the scopes of: some scope of them is not just for reading. */
const changes = called.filter((name) => {
  const [domain = '', procedure = ''] = name.split('.');
  return domains[domain]?.[procedure]?.kind === 'mutation' && scopesOf[name]?.some((scope) => !scope.endsWith(':read'));
});
/** Calls that only follow another one, whose button is guarded. */
const follows: Readonly<Record<string, string>> = { 'imports.append': 'imports.begin', 'orders.previewEdit': 'orders.edit' };

/** Whether a button or a field of the admin names the procedure, to be disabled or left out without its scopes. */
const isGuarded = (name: string): boolean =>
  [`calls="${name}"`, `may('${name}')`, `useMay()('${name}')`].some((guard) => source.includes(guard)) ||
  [...source.matchAll(/\bcalls=\{([^}]*)\}/g)].some(([, guards = '']) => guards.includes(`'${name}'`));

it('the admin calls procedures by their full names, so that these tests find them', () => {
  expect(source.match(/\bshop\.\w+\[|\bshop\[/g) ?? []).toEqual([]);
  expect(changes).toEqual(expect.arrayContaining(['flashSales.pause', 'orders.ship', 'products.update', 'tax.save']));
});

it.each(changes)('what calls %s is offered only to accounts with its scopes', (name) => {
  expect(isGuarded(follows[name] ?? name)).toBe(true);
});
