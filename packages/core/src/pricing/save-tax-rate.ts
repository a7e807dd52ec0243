import type { ShopContract, TaxRate } from '@cartwright/contracts';
import type { z } from 'zod';
import { writeAudit } from '../audit/index.ts';
import { notFound, requireScope, takenField, transact, type Actor, type Core } from '../kernel/index.ts';
import { findRegion } from '../places/index.ts';
import { announcePricing } from './pricing.changes.ts';
import { lockTaxRates } from './pricing.locks.ts';
import { noSuchRegion, regionKey } from './region.policy.ts';
import { removeTaxRates, upsertTaxRate } from './tax-rate.store.ts';

type C = ShopContract['tax'];

/**
 * Sets the rate of a place, class and name, new or existing, or renames one. Carts use it at once; orders keep the rates they were sold
 * with. Throws `INVALID_INPUT` for a region that the country does not have, `NOT_FOUND` for a rate to rename that does not exist, and
 * `NAME_TAKEN` when the new name exists.
 */
export const saveTaxRate = async (core: Core, actor: Actor, input: z.output<C['save']['input']>): Promise<TaxRate> => {
  requireScope(actor, 'pricing:write');
  const { countryCode, taxClass, name, ratePpm, replaces = name } = input;
  return transact(core, async (tx) => {
    const known = findRegion(countryCode, input.region);
    const region = known ?? regionKey(countryCode, input.region);
    const place = { countryCode, region, taxClass };
    const rates = await lockTaxRates(tx, place);
    // A rate from before regions were checked can be changed still.
    if (input.region !== undefined && known === null && rates.length === 0) throw noSuchRegion('region', countryCode, input.region);
    const before = rates.find((rate) => rate.name === replaces) ?? null;
    if (replaces !== name) {
      if (!before) throw notFound('This tax rate', [countryCode, region, taxClass, replaces].filter(Boolean).join(', '));
      if (rates.some((rate) => rate.name === name))
        throw takenField('NAME_TAKEN', { thing: 'tax rate', field: 'name', value: name, among: 'of this place and class' });
      await removeTaxRates(tx, { ...place, name: replaces });
    }
    const rate = await upsertTaxRate(tx, { ...place, name, ratePpm });
    const subjectId = [countryCode, region, taxClass, name].join('/');
    await writeAudit(tx, actor, { action: 'tax.save', subjectType: 'tax_rate', subjectId, before, after: rate });
    announcePricing(tx, tx.ids.next());
    return rate;
  });
};
