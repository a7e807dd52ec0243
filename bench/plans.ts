/** `pnpm bench plans`: how PostgreSQL goes about every statement of the hot operations, one file an operation. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { contract } from '@cartwright/contracts';
import { getProduct, listProducts } from '@cartwright/core/catalog';
import { closeCore, createCore } from '@cartwright/core/composition';
import { relayOutbox } from '@cartwright/core/events';
import { loadConfig, type Core } from '@cartwright/core/kernel';
import { searchProducts } from '@cartwright/core/search';
import { sql } from 'kysely';
import { guest, purchase } from './purchase.ts';
import type { Stage } from './stage.ts';

const folder = path.join(import.meta.dirname, 'plans');

/** The operations, one after the other, each telling its name before its first statement. */
const perform = async (core: Core, { products }: Stage, begin: (name: string) => void): Promise<void> => {
  begin('list');
  await listProducts(core, guest, contract.products.list.input.parse({ pageSize: 20, page: 8 }));
  begin('detail');
  await getProduct(core, guest, { id: products[0]?.slug ?? '' });
  begin('search');
  await searchProducts(core, guest, contract.search.products.input.parse({ q: 'oak board', maxPriceCents: 50_000 }));
  await purchase(core, products.slice(0, 3), begin);
  begin('relay');
  await relayOutbox(core, []);
};

const isPlanned = (text: string): boolean => /^\s*(select|insert|update|delete|with)\b/i.test(text);

/** Writes the generic plan of each statement, which holds for any parameters, in the order they are sent. */
export const writePlans = async (stage: Stage): Promise<void> => {
  const statements = new Map<string, string[]>();
  let current: string[] = [];
  const core = await createCore(
    { ...loadConfig(stage.env), logLevel: 'silent' },
    { applicationName: 'cartwright-plans', onQuery: (text) => current.push(text) },
  );
  await perform(core, stage, (name) => statements.set(name, (current = [])));
  current = [];
  await closeCore(core);
  mkdirSync(folder, { recursive: true });
  for (const [name, texts] of statements) {
    const parts = [`${name}: ${texts.length} statements`];
    for (const text of texts) {
      parts.push('', text.trim());
      if (!isPlanned(text)) continue;
      const { rows } = await sql<{ 'QUERY PLAN': string }>`explain (generic_plan, costs off) ${sql.raw(text)}`.execute(stage.core.db);
      parts.push(...rows.map((row) => `    ${row['QUERY PLAN']}`));
    }
    writeFileSync(path.join(folder, `${name}.txt`), `${parts.join('\n')}\n`);
    console.log(`${name}: ${texts.length} statements, see bench/plans/${name}.txt`);
  }
};
