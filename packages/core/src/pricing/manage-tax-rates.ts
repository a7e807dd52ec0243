/** Tax rates by country, region and class of goods. */
import type { ShopContract, TaxRate } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { writeAudit } from '../audit/index.ts';
import { notFound, offsetOf, requireScope, toPage, transact, type Actor, type Core } from '../kernel/index.ts';
import { findTaxRate } from './engine/total-lines.ts';
import { announcePricing } from './pricing.changes.ts';
import { lockTaxRate } from './pricing.locks.ts';
import { getStoreTerms, type StoreTerms } from './store-terms.queries.ts';

type C = ShopContract['tax'];
type Row = Omit<TaxRate, 'updatedAt'> & { readonly updatedAt: Date };
const columns = sql`country_code as "countryCode", nullif(region, '') as region, tax_class as "taxClass", name, basis_points as "basisPoints", updated_at as "updatedAt"`;
const toTaxRate = (row: Row): TaxRate => ({ ...row, updatedAt: row.updatedAt.toISOString() });

/** The rate for a class of goods at a destination, at most five minutes old; a change here is seen at once. */
export const getTaxRate = async (core: Core, input: z.output<C['rate']['input']>): Promise<z.output<C['rate']['output']>> => {
  const { countryCode, region = null, taxClass } = input;
  type Kept = Pick<StoreTerms, 'taxRates' | 'taxIncluded'>;
  const kept = await core.reads.read<Kept>('pricing', `tax-rates:${countryCode}`, async () => {
    const { taxRates, taxIncluded } = await getStoreTerms(core, countryCode, null);
    return { taxRates, taxIncluded };
  });
  const rate = findTaxRate({ destination: { countryCode, region }, taxRates: kept.taxRates }, taxClass);
  return { name: rate?.name ?? null, basisPoints: rate?.basisPoints ?? 0, taxIncluded: kept.taxIncluded };
};

/** A page of rates by place and class. */
export const listTaxRates = async (
  core: Core,
  actor: Actor,
  input: z.output<C['list']['input']>,
): Promise<z.output<C['list']['output']>> => {
  requireScope(actor, 'pricing:read');
  const { countryCode = null } = input;
  const { rows } = await sql<Row & { totalCount: number }>`
    select ${columns}, count(*) over ()::int as "totalCount" from tax_rates where (${countryCode}::text is null or country_code = ${countryCode})
    order by country_code, region, tax_class limit ${input.pageSize} offset ${offsetOf(input)}`.execute(core.db);
  return toPage(
    input,
    rows.map(({ totalCount: _, ...row }) => toTaxRate(row)),
    rows[0]?.totalCount ?? 0,
  );
};

/** Sets the rate of a place and class, new or existing. Carts use it at once; orders keep the rate they were sold with. */
export const saveTaxRate = async (core: Core, actor: Actor, input: z.output<C['save']['input']>): Promise<TaxRate> => {
  requireScope(actor, 'pricing:write');
  const { countryCode, region = '', taxClass, name, basisPoints } = input;
  const saved = await transact(core, async (tx) => {
    const before = await lockTaxRate<Row>(tx, { countryCode, region, taxClass }, columns);
    const { rows } = await sql<Row>`
      insert into tax_rates (country_code, region, tax_class, name, basis_points) values (${countryCode}, ${region}, ${taxClass}, ${name}, ${basisPoints})
      on conflict (country_code, region, tax_class) do update set name = excluded.name, basis_points = excluded.basis_points, updated_at = now()
      returning ${columns}`.execute(tx.db);
    if (!rows[0]) throw new Error('The upsert of a tax rate returned no row');
    const subjectId = [countryCode, region, taxClass].join('/');
    await writeAudit(tx, actor, { action: 'tax.save', subjectType: 'tax_rate', subjectId, before: before ?? null, after: rows[0] });
    announcePricing(tx, tx.ids.next());
    return toTaxRate(rows[0]);
  });
  await core.reads.forget(['pricing']);
  return saved;
};

/** Removes a rate. Throws `NOT_FOUND`. */
export const removeTaxRate = async (core: Core, actor: Actor, input: z.output<C['remove']['input']>): Promise<{ ok: true }> => {
  requireScope(actor, 'pricing:write');
  const { countryCode, region = '', taxClass } = input;
  await transact(core, async (tx) => {
    const { rows } = await sql<Row>`
      delete from tax_rates where country_code = ${countryCode} and region = ${region} and tax_class = ${taxClass} returning ${columns}`.execute(
      tx.db,
    );
    if (!rows[0]) throw notFound('This tax rate');
    const subjectId = [countryCode, region, taxClass].join('/');
    await writeAudit(tx, actor, { action: 'tax.remove', subjectType: 'tax_rate', subjectId, before: rows[0], after: null });
    announcePricing(tx, tx.ids.next());
  });
  await core.reads.forget(['pricing']);
  return { ok: true };
};
