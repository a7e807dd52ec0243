import type { ShopContract } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { writeAudit } from '../audit/index.ts';
import { notFound, requireScope, transact, type Actor, type Core } from '../kernel/index.ts';
import { announcePricing } from './pricing.changes.ts';
import { taxRateColumns, type TaxRateRow } from './tax-rate.queries.ts';

type C = ShopContract['tax'];

/** Removes a rate. Throws `NOT_FOUND`. */
export const removeTaxRate = async (core: Core, actor: Actor, input: z.output<C['remove']['input']>): Promise<{ ok: true }> => {
  requireScope(actor, 'pricing:write');
  const { countryCode, region = '', taxClass } = input;
  await transact(core, async (tx) => {
    const { rows } = await sql<TaxRateRow>`
      delete from tax_rates where country_code = ${countryCode} and region = ${region} and tax_class = ${taxClass} returning ${taxRateColumns}`.execute(
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
