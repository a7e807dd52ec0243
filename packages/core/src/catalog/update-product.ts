import type { Product, ProductId, ShopContract } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { DomainError, notFound, requireScope, transact, json, type Actor, type Core, type Tx } from '../kernel/index.ts';
import { assertCategory } from './category.locks.ts';
import { assertOptionsDiffer, assertPrices, explainTaken, insertVariants, optionsOf, toDate } from './create-product.ts';
import { recordPriceChange } from '../pricing/index.ts';
import { lockProduct } from './product.locks.ts';
import { findProduct } from './product.queries.ts';
import { textColumns } from './product.texts.ts';

type Input = z.output<ShopContract['products']['update']['input']>;
const mostVariants = 250;

/** Changes a product, and the prices and SKUs of its variants. Throws `VERSION_MISMATCH` when somebody else changed it first. */
export const updateProduct = (core: Core, actor: Actor, input: Input): Promise<Product> => {
  requireScope(actor, 'catalog:write');
  return transact(core, async (tx) => {
    await lockProduct(tx, input.id, input.version);
    if (input.categoryId) await assertCategory(tx, input.categoryId);
    const { id, version: _, variants, addVariants, ...fields } = input;
    try {
      if (fields.slug !== undefined) await keepOldAddress(tx, id, fields.slug);
      await tx.db
        .updateTable('products')
        .set({
          ...(fields.name !== undefined && { name: fields.name }),
          ...(fields.handle !== undefined && { handle: fields.handle }),
          ...(fields.slug !== undefined && { slug: fields.slug }),
          ...textColumns(fields),
          ...(fields.brand !== undefined && { brand: fields.brand }),
          ...(fields.categoryId !== undefined && { category_id: fields.categoryId }),
          ...(fields.tags !== undefined && { tags: fields.tags }),
          ...(fields.status !== undefined && { status: fields.status }),
          // A draft that was archived before its date must not be published by a date that has passed.
          ...(fields.status !== undefined && { publish_at: sql`case when publish_at > now() then publish_at end` }),
          ...(fields.publishAt !== undefined && { publish_at: toDate(fields.publishAt) }),
          ...(fields.unpublishAt !== undefined && { unpublish_at: toDate(fields.unpublishAt) }),
          version: sql`version + 1`,
          updated_at: sql`now()`,
        })
        .where('id', '=', id)
        .execute();
      if (variants) await changeSkus(tx, id, variants);
      if (addVariants && addVariants.length > 0) await appendVariants(tx, actor, id, addVariants);
    } catch (error) {
      throw explainTaken(error);
    }
    if (variants) await updateVariants(tx, actor, id, variants);
    tx.outbox.add('product.updated', id, { productId: id });
    const product = await findProduct(tx, { id });
    if (!product) throw notFound('This product');
    return product;
  });
};

/**
 * Tx step: changes prices and weights of variants of a locked product, with the price history. `pathOf` names the field
 * of the error for a price above the compare-at price.
 */
export const updateVariants = async (
  tx: Tx,
  actor: Actor,
  productId: ProductId,
  changes: NonNullable<Input['variants']>,
  pathOf = (i: number): string => `variants.${i}.compareAtPriceCents`,
): Promise<void> => {
  for (const [i, change] of changes.entries()) {
    const { rows } = await sql<{ priceCents: number; compareAtPriceCents: number | null; before: number; struckBefore: number | null }>`
      update variants v set price_cents = coalesce(${change.priceCents ?? null}::bigint, v.price_cents),
        compare_at_price_cents = case when ${change.compareAtPriceCents !== undefined} then ${change.compareAtPriceCents ?? null}::bigint else v.compare_at_price_cents end,
        weight_grams = case when ${change.weightGrams !== undefined} then ${change.weightGrams ?? null}::int else v.weight_grams end, updated_at = now()
      from variants old where v.id = ${change.id} and v.product_id = ${productId} and old.id = v.id
      returning v.price_cents as "priceCents", v.compare_at_price_cents as "compareAtPriceCents", old.price_cents as before, old.compare_at_price_cents as "struckBefore"`.execute(
      tx.db,
    );
    const row = rows[0];
    if (!row) throw notFound('A variant of this product');
    if (row.priceCents !== row.before || row.compareAtPriceCents !== row.struckBefore) requireScope(actor, 'pricing:write');
    assertPrices(row, pathOf(i));
    if (!isNewOffer(row, { priceCents: row.before, compareAtPriceCents: row.struckBefore })) continue;
    await recordPriceChange(tx, actor, { variantId: change.id, priceCents: row.priceCents });
  }
};

/** Changes the SKUs of variants. Two variants may exchange theirs, so each gives up its own before one takes a new one. */
const changeSkus = async (tx: Tx, productId: ProductId, changes: NonNullable<Input['variants']>): Promise<void> => {
  const wanted = changes.flatMap(({ id, sku }) => (sku === undefined ? [] : [{ id, sku }]));
  if (wanted.length === 0) return;
  await sql`update variants set sku = id::text where product_id = ${productId} and id = any(${wanted.map(({ id }) => id)}::uuid[])`.execute(
    tx.db,
  );
  await sql`
    update variants v set sku = w.sku, updated_at = now() from jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) as w(id uuid, sku text)
    where v.id = w.id and v.product_id = ${productId}`.execute(tx.db);
};

interface Offer {
  readonly priceCents: number;
  readonly compareAtPriceCents: number | null;
}
/** Whether the price history needs an entry: the price or the compare-at price changed, and a reduction starts then. */
export const isNewOffer = (now: Offer, before: Offer): boolean =>
  now.priceCents !== before.priceCents || (now.compareAtPriceCents !== null && now.compareAtPriceCents !== before.compareAtPriceCents);

/** Tx step: a change that shows in the product although its own row is the same. */
export const touchProduct = async (tx: Tx, id: ProductId): Promise<void> => {
  await sql`update products set version = version + 1, updated_at = now() where id = ${id}`.execute(tx.db);
  tx.outbox.add('product.updated', id, { productId: id });
};

/** The earlier slug keeps leading to this product, and the new one no longer leads to another. */
const keepOldAddress = async (tx: Tx, id: ProductId, slug: string): Promise<void> => {
  await sql`
    insert into slug_redirects (slug, product_id) select slug, id from products where id = ${id} and slug <> ${slug}
    on conflict (slug) do update set product_id = excluded.product_id, created_at = now()`.execute(tx.db);
  await sql`delete from slug_redirects where slug = ${slug}`.execute(tx.db);
};

const appendVariants = async (tx: Tx, actor: Actor, id: ProductId, variants: NonNullable<Input['addVariants']>): Promise<void> => {
  variants.forEach((variant, i) => assertPrices(variant, `addVariants.${i}.compareAtPriceCents`));
  const { rows } = await sql<{
    options: Record<string, string>;
  }>`select options from variants where product_id = ${id} order by position, id`.execute(tx.db);
  if (rows.length + variants.length > mostVariants)
    throw new DomainError(
      'LIMIT_REACHED',
      `A product can have at most ${mostVariants} variants. This one would have ${rows.length + variants.length}.`,
      { details: { variantCount: rows.length } },
    );
  assertOptionsDiffer(
    variants,
    rows.map(({ options }) => options),
    'addVariants',
  );
  await insertVariants(tx, actor, id, variants, rows.length);
  const options = optionsOf([...rows, ...variants].map((variant) => variant.options));
  await sql`update products set options = ${json(options)} where id = ${id}`.execute(tx.db);
};
