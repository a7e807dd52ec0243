import type { Product, ShopContract } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { anyText, notFound, requireScope, storableText, transact, type Actor, type Core, type Tx } from '../kernel/index.ts';
import { insertProduct, readMadeProduct } from './create-product.ts';
import { readCosts } from './get-product-costs.ts';
import { findProduct } from './product.queries.ts';
import { textsOf } from './product.texts.ts';

type Input = z.output<ShopContract['products']['duplicate']['input']>;

/** Copies a product as a draft: new SKUs, no stock, the same images and prices. Throws `NOT_FOUND`. */
export const duplicateProduct = (core: Core, actor: Actor, { id, name }: Input): Promise<Product> => {
  requireScope(actor, 'catalog:write');
  requireScope(actor, 'pricing:write');
  return transact(core, { once: { answers: true, subject: ({ id }) => id, again: readMadeProduct } }, async (tx) => {
    const source = await findProduct(tx, { id });
    if (!source) throw notFound('This product', id);
    const skus = await freeSkus(
      tx,
      source.variants.map(({ sku }) => sku),
    );
    const costs = await readCosts(tx, source.id);
    // The copied values were checked when they were written; the rules for inputs may have changed since.
    return insertProduct(tx, actor, {
      name: name ?? `${storableText(source.name, 240)} (copy)`,
      ...textsOf(source),
      brand: source.brand,
      categoryId: source.category?.id ?? null,
      tags: source.tags,
      metadata: source.metadata,
      status: 'draft',
      currency: source.currency,
      publishAt: null,
      unpublishAt: null,
      variants: source.variants.map(
        ({ id, options, priceCents, compareAtPriceCents, weightGrams, barcode, metadata, availability }, i) => ({
          sku: skus[i] ?? '',
          options,
          priceCents,
          compareAtPriceCents,
          weightGrams,
          barcode,
          metadata,
          costCents: costs.get(id) ?? null,
          stock: 0,
          tracked: availability.tracked,
          backorderLimit: 0,
        }),
      ),
      images: source.images.map(({ url, altText }) => ({ url, altText })),
    });
  });
};

/** Adds the first of `-COPY`, `-COPY-2` ... to the SKUs with which all of them are free. */
const freeSkus = async (tx: Tx, skus: readonly string[]): Promise<string[]> => {
  for (let n = 1; ; n += 1) {
    const suffix = n === 1 ? '-COPY' : `-COPY-${n}`;
    const wanted = skus.map((sku) => `${storableText(sku, 255 - suffix.length)}${suffix}`);
    const unique = new Set(wanted).size === wanted.length ? wanted : wanted.map((sku, i) => `${storableText(sku, 250)}-${i + 1}`);
    const taken = tx.db.selectFrom('variants').select('id').where('sku', '=', anyText(unique)).where('deletedAt', 'is', null);
    if (!(await taken.limit(sql.lit(1)).executeTakeFirst())) return unique;
  }
};
