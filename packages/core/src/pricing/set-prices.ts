import type { FieldIssue, PriceList, ShopContract, VariantId } from '@cartwright/contracts';
import type { z } from 'zod';
import { DomainError, requireScope, transact, type Actor, type Core, type Tx } from '../kernel/index.ts';
import { findVariants } from '../read-models/variant-names.ts';
import { getPriceList } from './price-list.queries.ts';
import { writeListPrices } from './price-list.store.ts';
import { announcePricing } from './pricing.changes.ts';
import { lockPriceList } from './pricing.locks.ts';

type C = ShopContract['priceLists'];

/**
 * Sets or removes prices, all or none; unchanged prices write nothing. Throws `INVALID_PRICE` with the fields for
 * variants that are named twice or not at all, or that do not exist.
 */
export const setPrices = (core: Core, actor: Actor, input: z.output<C['setPrices']['input']>): Promise<PriceList> => {
  requireScope(actor, 'pricing:write');
  const { id } = input;
  return transact(core, async (tx) => {
    const list = await lockPriceList(tx, id);
    const prices = await withVariants(tx, input.prices);
    const variantIds = [...new Set(prices.map((p) => p.variantId))];
    await writeListPrices(tx, actor, list, prices);
    announcePricing(tx, id, variantIds);
    return getPriceList(tx, id);
  });
};

type WantedPrice = z.output<C['setPrices']['input']>['prices'][number];

/** Finds the variants that prices are for, by id or by SKU, in one statement. */
const withVariants = async (tx: Tx, prices: readonly WantedPrice[]): Promise<(WantedPrice & { readonly variantId: VariantId })[]> => {
  const rows = await findVariants(
    tx,
    prices.flatMap((p) => p.variantId ?? []),
    prices.flatMap((p) => p.sku ?? []),
  );
  const known = new Map(rows.flatMap(({ id, sku }) => [[id as string, id] as const, [`sku ${sku}`, id] as const]));
  const seen = new Set<string>();
  const fields: FieldIssue[] = [];
  const found = prices.flatMap((price, i) => {
    const bad = (message: string) => fields.push({ path: `prices.${i}.${price.sku === undefined ? 'variantId' : 'sku'}`, message });
    if ((price.variantId === undefined) === (price.sku === undefined)) bad('must be given as either variantId or sku');
    const variantId = known.get(price.variantId ?? `sku ${price.sku}`);
    if (!variantId) bad(`is not a variant of this shop; "${price.sku ?? price.variantId}" was given`);
    const key = `${variantId}|${price.minQuantity}`;
    if (variantId && seen.has(key)) bad('appears twice for the same quantity');
    seen.add(key);
    return variantId ? [{ ...price, variantId }] : [];
  });
  const [first] = fields;
  if (first) throw new DomainError('INVALID_PRICE', `${first.path} ${first.message}.`, { fields });
  return found;
};
