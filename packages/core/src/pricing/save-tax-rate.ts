import type { ShopContract, TaxRate } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { writeAudit } from '../audit/index.ts';
import { requireScope, transact, type Actor, type Core } from '../kernel/index.ts';
import { announcePricing } from './pricing.changes.ts';
import { lockTaxRate } from './pricing.locks.ts';
import { taxRateColumns, toTaxRate, type TaxRateRow } from './tax-rate.queries.ts';

type C = ShopContract['tax'];

/** Sets the rate of a place and class, new or existing. Carts use it at once; orders keep the rate they were sold with. */
export const saveTaxRate = async (core: Core, actor: Actor, input: z.output<C['save']['input']>): Promise<TaxRate> => {
  requireScope(actor, 'pricing:write');
  const { countryCode, region = '', taxClass, name, basisPoints } = input;
  const saved = await transact(core, async (tx) => {
    const before = await lockTaxRate(tx, { countryCode, region, taxClass });
    const { rows } = await sql<TaxRateRow>`
      insert into tax_rates (country_code, region, tax_class, name, basis_points) values (${countryCode}, ${region}, ${taxClass}, ${name}, ${basisPoints})
      on conflict (country_code, region, tax_class) do update set name = excluded.name, basis_points = excluded.basis_points, updated_at = now()
      returning ${taxRateColumns}`.execute(tx.db);
    if (!rows[0]) throw new Error('The upsert of a tax rate returned no row');
    const subjectId = [countryCode, region, taxClass].join('/');
    await writeAudit(tx, actor, { action: 'tax.save', subjectType: 'tax_rate', subjectId, before: before ?? null, after: rows[0] });
    announcePricing(tx, tx.ids.next());
    return toTaxRate(rows[0]);
  });
  await core.reads.forget(['pricing']);
  return saved;
};
