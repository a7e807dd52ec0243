import { describe, expect, it } from 'vitest';
import { anEmptyDatabase, runOn } from '../test/database-before.ts';
import { migrateDatabase, openDatabase } from './index.ts';

/** What migrations add on purpose beyond what entities can say, by name. */
const beyondEntities = new Set([
  // References against the order of the domains; the entities would have to know each other.
  'holds_cart_fk',
  'holds_order_fk',
  'holds_order_edit_fk',
  'stock_movements_order_item_fk',
  'promo_redemptions_order_fk',
  'promo_redemptions_by_user',
  'pricing_rules_code_foreign',
  'carts_merged_into_foreign',
  'credit_notes_reverses_id_foreign',
  // An identity column; an entity makes a serial one.
  'search_queue.id',
  // Derived by a function of the database.
  'search_entries.labels',
]);

/** Columns, constraints and indexes as PostgreSQL itself spells them, one line each. */
const factsOf = async (url: string): Promise<Set<string>> => {
  const rows = await runOn<{ name: string; fact: string }>(
    url,
    `
    with tables as (select oid, relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and relname <> 'schema_migrations')
    select t.relname || '.' || a.attname as name, 'column ' || t.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
        || case when a.attnotnull then ' not null' else '' end || coalesce(' default ' || regexp_replace(pg_get_expr(d.adbin, d.adrelid), '^''(-?\\d+)''::bigint$', '\\1'), '') as fact
      from tables t join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped left join pg_attrdef d on d.adrelid = t.oid and d.adnum = a.attnum
    union all select c.conname, 'constraint ' || t.relname || '.' || c.conname || ' ' || pg_get_constraintdef(c.oid)
      from tables t join pg_constraint c on c.conrelid = t.oid where c.contype <> 'n'
    union all select i.relname, pg_get_indexdef(i.oid) from tables t join pg_index x on x.indrelid = t.oid join pg_class i on i.oid = x.indexrelid`,
  );
  return new Set(rows.filter(({ name }) => !beyondEntities.has(name)).map(({ fact }) => fact));
};

const [migratedUrl, declaredUrl] = [await anEmptyDatabase(), await anEmptyDatabase()];

describe('the schema', () => {
  it('that the migrations build is the one that the entities declare', async () => {
    await migrateDatabase(migratedUrl);
    // Index expressions of entities may name what an extension brings.
    for (const extension of ['pg_trgm', 'unaccent', 'fuzzystrmatch']) await runOn(declaredUrl, `create extension "${extension}"`);
    const db = await openDatabase({ url: declaredUrl });
    await db.orm.schema.create();
    await db.close();
    const [built, declared] = await Promise.all([factsOf(migratedUrl), factsOf(declaredUrl)]);
    expect(built.size).toBeGreaterThan(300);
    const differences = {
      'only in the migrations': [...built].filter((fact) => !declared.has(fact)).toSorted(),
      'only in the entities': [...declared].filter((fact) => !built.has(fact)).toSorted(),
    };
    expect(differences).toEqual({ 'only in the migrations': [], 'only in the entities': [] });
  });
});
