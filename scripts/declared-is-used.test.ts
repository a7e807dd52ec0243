/** Every declaration is used. An error code that is never thrown, or a scope that no procedure needs, misleads readers. */
import { loadConfig } from '@cartwright/core/kernel';
import { errorRules, eventNames, productTextNames, scopes } from '../packages/contracts/src/index.ts';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const sourcesOf = (...patterns: string[]): string =>
  globSync(patterns, { cwd: root })
    .filter((file) => !file.includes('.test.'))
    .map(read)
    .join('\n');

const core = sourcesOf('packages/core/src/**/*.{ts,tsx}');
const apps = sourcesOf('apps/{api,worker}/src/**/*.ts');
const contracts = sourcesOf('packages/contracts/src/*.contract.ts');
const contains = (text: string, word: string): boolean => text.includes(`'${word}'`);

const columns = globSync('packages/db/src/entities/*.entities.ts', { cwd: root })
  .flatMap((file) => read(file).split('defineEntity(').slice(1))
  .flatMap((entity) => {
    const table = /tableName: '(\w+)'/.exec(entity)?.[1] ?? '';
    return [...entity.matchAll(/^ {4}(\w+): (?:\(\) => )?p\.(.*)$/gm)].map(([, name = '', rest = '']) => ({
      table,
      property: name,
      column: /fieldName\('(\w+)'\)/.exec(rest)?.[1] ?? name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    }));
  });

describe('declarations', () => {
  it('every error code is used by the core, the API or the worker', () => {
    expect(Object.keys(errorRules).filter((code) => !contains(core, code) && !contains(apps, code))).toEqual([]);
  });

  it('every scope is needed by a procedure', () => {
    expect(scopes.filter((scope) => !contains(core, scope) && !contains(contracts, scope))).toEqual([]);
  });

  it('every event is emitted', () => {
    expect(eventNames.filter((name) => !contains(core, name))).toEqual([]);
  });

  it('every column is written or read', () => {
    expect(columns.length).toBeGreaterThan(300);
    // SQL names the column; statements of the builder and entities name the property.
    const isUsed = ({ column, property }: (typeof columns)[number]): boolean =>
      new RegExp(String.raw`\b(?:${column}|${property})\b`).test(core);
    // Statements use the texts of products by the list of the contract, without their names.
    const isText = ({ table, property }: (typeof columns)[number]): boolean =>
      table === 'products' && productTextNames.some((name) => name === property);
    expect(columns.filter((column) => !isUsed(column) && !isText(column))).toEqual([]);
  });

  it('every setting of the core is read', () => {
    const settings = Object.keys(
      loadConfig({ CARTWRIGHT_SECRET: 'a secret for one test of the settings', DATABASE_URL: 'postgres://localhost/shop' }),
    );
    expect(settings.length).toBeGreaterThan(20);
    const users = (core + apps).replace(read('packages/core/src/kernel/env.ts'), '');
    expect(settings.filter((name) => !new RegExp(String.raw`\b${name}\b`).test(users))).toEqual([]);
  });
});
