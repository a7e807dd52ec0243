/** Writes the table `variants`. */
import type { ProductId, VariantId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { insertRows, type Tx } from '../kernel/index.ts';

/** A variant that is about to be written. */
export interface NewVariant {
  readonly id: VariantId;
  readonly productId: ProductId;
  readonly sku: string;
  readonly title: string;
  readonly options: Record<string, string>;
  readonly position: number;
  readonly priceCents: number;
  readonly compareAtPriceCents: number | null;
  readonly weightGrams: number | null;
}

/** Tx step: inserts variants. Throws a unique violation for a SKU that is taken, or options that another variant of the product has. */
export const insertVariants = (tx: Tx, variants: readonly NewVariant[]): Promise<void> =>
  insertRows(
    tx,
    'variants',
    variants.map(({ id, productId, sku, title, options, position, priceCents, compareAtPriceCents, weightGrams }) => ({
      id,
      productId,
      sku,
      title,
      options,
      position,
      priceCents,
      compareAtPriceCents,
      weightGrams,
    })),
  );

/** Prices and weight of a variant; an undefined value stays as it is. */
export interface OfferChange {
  readonly id: VariantId;
  readonly priceCents?: number | undefined;
  readonly compareAtPriceCents?: number | null | undefined;
  readonly weightGrams?: number | null | undefined;
}
/** The prices of a variant after a change, and before it. */
export interface ChangedOffer {
  readonly priceCents: number;
  readonly compareAtPriceCents: number | null;
  readonly priceCentsBefore: number;
  readonly compareAtPriceCentsBefore: number | null;
}

/** Tx step: sets prices and weight of a variant of a product. Returns null when the product has no such variant. */
export const setVariantOffer = async (tx: Tx, productId: ProductId, change: OfferChange): Promise<ChangedOffer | null> => {
  const { rows } = await sql<ChangedOffer>`
    update variants v set price_cents = coalesce(${change.priceCents ?? null}::bigint, v.price_cents),
      compare_at_price_cents = case when ${change.compareAtPriceCents !== undefined} then ${change.compareAtPriceCents ?? null}::bigint else v.compare_at_price_cents end,
      weight_grams = case when ${change.weightGrams !== undefined} then ${change.weightGrams ?? null}::int else v.weight_grams end, updated_at = now()
    from variants old where v.id = ${change.id} and v.product_id = ${productId} and old.id = v.id
    returning v.price_cents as "priceCents", v.compare_at_price_cents as "compareAtPriceCents", old.price_cents as "priceCentsBefore", old.compare_at_price_cents as "compareAtPriceCentsBefore"`.execute(
    tx.db,
  );
  return rows[0] ?? null;
};

/** Tx step: sets SKUs of variants of a product. Two of them may exchange theirs, so each gives up its own before one takes a new one. */
export const setSkus = async (
  tx: Tx,
  productId: ProductId,
  wanted: readonly { readonly id: VariantId; readonly sku: string }[],
): Promise<void> => {
  await sql`update variants set sku = id::text where product_id = ${productId} and id = any(${wanted.map(({ id }) => id)}::uuid[])`.execute(
    tx.db,
  );
  await sql`
    update variants v set sku = w.sku, updated_at = now() from jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) as w(id uuid, sku text)
    where v.id = w.id and v.product_id = ${productId}`.execute(tx.db);
};

/** Tx step: sets SKU, prices, weight, options and title of variants, so that they may exchange their options. */
export const reviseVariants = async (tx: Tx, variants: readonly Omit<NewVariant, 'productId' | 'position'>[]): Promise<void> => {
  await sql`
    update variants v set sku = w.sku, price_cents = w."priceCents", compare_at_price_cents = w."compareAtPriceCents", weight_grams = w."weightGrams", options = w.options, title = w.title, updated_at = now()
    from jsonb_to_recordset(${JSON.stringify(variants)}::jsonb) as w(id uuid, sku text, "priceCents" bigint, "compareAtPriceCents" bigint, "weightGrams" int, options jsonb, title text)
    where v.id = w.id`.execute(tx.db);
};

/** Tx step: marks the variants of a product as deleted, which makes their SKUs available. */
export const markVariantsDeleted = async (tx: Tx, productId: ProductId): Promise<void> => {
  await sql`update variants set deleted_at = now() where product_id = ${productId}`.execute(tx.db);
};

/** Tx step: deletes those variants of products that were never part of an order, a sale or a pricing rule. */
export const deleteUnusedVariants = async (tx: Tx, productIds: readonly ProductId[]): Promise<void> => {
  await sql`
    delete from variants v where v.product_id = any(${productIds}::uuid[])
      and not exists (select 1 from order_items i where i.variant_id = v.id)
      and not exists (select 1 from flash_sale_items f where f.variant_id = v.id)
      and not exists (select 1 from stock_allocations a where a.variant_id = v.id)
      and not exists (select 1 from pricing_rules r where r.variant_id = v.id or r.product_id = v.product_id)
      and not exists (select 1 from holds h where h.variant_id = v.id and (h.state = 'active' or h.order_id is not null))`.execute(tx.db);
};
