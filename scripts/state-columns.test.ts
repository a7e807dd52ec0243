/** Each state column is written by one module, so that its allowed transitions are in one place. */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

/** Columns that staff set to any value in a form, without transitions to check. */
const choices = new Set(['products.status']);
/**
 * Columns that the shop only reads: its rows keep the default. Another value comes from outside, by a statement of an operator or a
 * test.
 */
const onlyRead: readonly string[] = ['users.account_status', 'audit_log.outcome', 'sandbox_refunds.status', 'sandbox_disputes.status'];

const columns = globSync('packages/db/src/entities/*.entities.ts', { cwd: root })
  .flatMap((file) => read(file).split('defineEntity(').slice(1))
  .flatMap((entity) => {
    const table = /tableName: '(\w+)'/.exec(entity)?.[1] ?? '';
    return [...entity.matchAll(/^\s+(\w*[sS]tatus|\w*[sS]tate|\w*[pP]hase|outcome): p\.enum/gm)].map(
      ([, name = '']) => `${table}.${name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`,
    );
  })
  .filter((column) => !choices.has(column));

const sources = globSync(['packages/core/src/**/*.ts', 'apps/{api,worker}/src/**/*.ts'], { cwd: root })
  .filter((file) => !file.endsWith('.test.ts'))
  .map((file) => ({ file, text: read(file) }));

/** Whether a source changes the column of existing rows, by SQL, an upsert or the query builder. */
const writes = (text: string, column: string): boolean => {
  const [table, name = ''] = column.split('.');
  const property = name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  const assigned = String.raw`set\s(?:(?!\bwhere\b|\bfrom\b|${'`'})[\s\S])*?\b${name}\s*=`;
  const patterns = [
    String.raw`\bupdate\s+${table}(?:\s+\w+)?\s+${assigned}`,
    String.raw`\binsert\s+into\s+${table}\b[^${'`'}]*?\bdo\s+update\s+${assigned}`,
    String.raw`updateTable\('${table}(?: as \w+)?'\)[\s\S]{0,400}?\.set\((?:\(\w*\)\s*=>\s*\()?\{[^}]*?\b${property}\b\s*[:,}]`,
    // A constant of changes that statements of the same file set.
    String.raw`updateTable\('${table}'\)[\s\S]*?\.set\([\s\S]{0,200}?\.\.\.`,
  ];
  const constant = new RegExp(String.raw`^const \w+ = \{[^}]*\b${property}:`, 'm');
  return patterns.some((pattern, i) => new RegExp(pattern, 'i').test(text) && (i < 3 || constant.test(text)));
};
/** Whether a source inserts rows with a value of the column. */
const inserts = (text: string, column: string): boolean => {
  const [table, name] = column.split('.');
  return new RegExp(String.raw`\binsert\s+into\s+${table}\s*\([^)]*\b${name}\b`, 'i').test(text);
};
const filesThat = (write: typeof writes, column: string): string[] =>
  sources.filter(({ text }) => write(text, column)).map(({ file }) => file);
/** The modules that change the column, or that insert it if its rows are never changed. */
const writersOf = (column: string): string[] => {
  const changing = filesThat(writes, column);
  return changing.length > 0 ? changing : filesThat(inserts, column);
};

it('the audit log is written by one module', () => {
  const writers = sources.filter(({ text }) => /insert\s+into\s+audit_log\b|insertInto\('audit_log'\)/i.test(text));
  expect(writers.map(({ file }) => file)).toEqual(['packages/core/src/audit/audit-log.store.ts']);
});

describe('state columns', () => {
  it('state columns are found in the entities', () => {
    expect(columns).toContain('orders.status');
    expect(columns).toContain('payments.gateway_phase');
    expect(columns.length).toBeGreaterThan(15);
  });

  it.each(columns.filter((column) => !onlyRead.includes(column)))('the state column %s is written by exactly one module', (column) => {
    expect(writersOf(column)).toHaveLength(1);
  });

  it('no module writes a state column that is listed as only read', () => {
    expect(onlyRead.filter((column) => !columns.includes(column) || writersOf(column).length > 0)).toEqual([]);
  });

  it('writes of a state column are found in SQL, upserts, inserts and the query builder', () => {
    expect(writes('sql`update orders o set paid_at = now(), status = ${to} where id = 1`', 'orders.status')).toBe(true);
    expect(writes("sql`insert into orders (id) values (1) on conflict (id) do update set status = 'x'`", 'orders.status')).toBe(true);
    expect(writes("db.updateTable('orders').set({ status: to })", 'orders.status')).toBe(true);
    expect(writes("db.updateTable('payments').set({ gatewayPhase: 'calling' })", 'payments.gateway_phase')).toBe(true);
    expect(writes("db.updateTable('payments').set((eb) => ({ gatewayPhase: eb.val(1) }))", 'payments.gateway_phase')).toBe(true);
    const shared = "const decided = { gatewayPhase: 'decided' } as const;\nconst f = () => db.updateTable('payments').set({ ...decided })";
    expect(writes(shared, 'payments.gateway_phase')).toBe(true);
    expect(writes("sql`update orders set paid_at = now() where status = 'pending'`", 'orders.status')).toBe(false);
    expect(writes("sql`update payments set status = 'captured'`", 'orders.status')).toBe(false);
    expect(inserts('sql`insert into audit_log (id, outcome) values (1, 2)`', 'audit_log.outcome')).toBe(true);
    expect(inserts('sql`insert into audit_log (id) select outcome from x`', 'audit_log.outcome')).toBe(false);
  });
});
