/** Writes a batch of imported products in a fixed number of statements, whatever its size. */
import type { CategoryId, ErrorCode, ImportRow, ProductId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { changeOnHand, lockFreedStock } from '../inventory/index.ts';
import { insertRows, type Actor, type Tx } from '../kernel/index.ts';
import { explainTaken, insertVariantRows, optionsOf } from './create-product.ts';
import { lockKnown, refuseOver, sameOptions, toWhole, type KnownProduct, type WholeProduct, type WholeVariant } from './import.known.ts';
import type { CsvProduct } from './shopify-csv.ts';
import { toSlug } from './slug.ts';
import { isNewOffer } from './update-product.ts';

/** A product of the file beside what the shop has of it. */
interface Pair {
  readonly product: WholeProduct;
  readonly known: KnownProduct | null;
  readonly id: ProductId;
  readonly categoryId: CategoryId | null;
}

const failed = (product: WholeProduct, message: string, code: ErrorCode): ImportRow[] =>
  product.variants.map(({ line, sku }) => ({ line, handle: product.handle, sku, outcome: 'failed', message, code }));

/**
 * Tx step: creates and changes products, recognised by handle and by SKU, and answers a row of the report for
 * each variant. A product whose SKU belongs to another one is left out whole. Throws a `DomainError` when one
 * of the products is refused; the caller then tries them in smaller batches.
 */
export const writeProducts = async (tx: Tx, actor: Actor, file: readonly CsvProduct[]): Promise<ImportRow[]> => {
  const known = await lockKnown(tx, file);
  const products = file.map((product) => toWhole(product, known.get(product.handle) ?? null));
  const owners = await ownersOf(tx, products);
  const categories = await categoriesNamed(tx, products);
  const taken = new Set<string>();
  const report: ImportRow[] = [];
  const pairs: Pair[] = [];
  for (const product of products) {
    const before = known.get(product.handle) ?? null;
    const refused = refuseOver(product, before);
    if (refused) {
      report.push(...failed(product, refused.message, refused.code));
      continue;
    }
    const foreign = product.variants.some(({ sku }) => taken.has(sku) || (owners.has(sku) && owners.get(sku) !== before?.id));
    if (foreign) {
      report.push(...failed(product, 'Another variant has this SKU already.', 'SKU_TAKEN'));
      continue;
    }
    for (const { sku } of product.variants) taken.add(sku);
    const categoryId = product.category ? (categories.get(toSlug(product.category)) ?? null) : null;
    pairs.push({ product, known: before, id: before?.id ?? tx.ids.next<ProductId>(), categoryId });
  }
  try {
    report.push(
      ...(await createAll(
        tx,
        actor,
        pairs.filter(({ known: k }) => k === null),
      )),
    );
    report.push(
      ...(await updateAll(
        tx,
        actor,
        pairs.flatMap((pair) => (pair.known ? [{ ...pair, known: pair.known }] : [])),
      )),
    );
  } catch (error) {
    throw explainTaken(error);
  }
  return report;
};

const ownersOf = async (tx: Tx, products: readonly WholeProduct[]): Promise<Map<string, ProductId>> => {
  const skus = products.flatMap((p) => p.variants.map((v) => v.sku));
  const { rows } = await sql<{ sku: string; productId: ProductId }>`
    select sku, product_id as "productId" from variants where sku = any(${skus}::text[])`.execute(tx.db);
  return new Map(rows.map((row) => [row.sku, row.productId]));
};

const categoriesNamed = async (tx: Tx, products: readonly WholeProduct[]): Promise<Map<string, CategoryId>> => {
  const bySlug = new Map(products.flatMap(({ category }) => (category ? [[toSlug(category), category] as const] : [])));
  if (bySlug.size === 0) return new Map();
  const wanted = [...bySlug].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([slug, name]) => ({ id: tx.ids.next(), slug, name }));
  const { rows } = await sql<{ id: CategoryId; slug: string }>`
    insert into categories (id, name, slug) select id, name, slug from jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) as c(id uuid, name text, slug text)
    on conflict (slug) do update set slug = excluded.slug returning id, slug`.execute(tx.db);
  return new Map(rows.map((row) => [row.slug, row.id]));
};

const row = (product: WholeProduct, variant: WholeVariant, outcome: ImportRow['outcome']): ImportRow => ({
  line: variant.line,
  handle: product.handle,
  sku: variant.sku,
  outcome,
  message: null,
  code: null,
});

const createAll = async (tx: Tx, actor: Actor, pairs: readonly Pair[]): Promise<ImportRow[]> => {
  if (pairs.length === 0) return [];
  await insertRows(
    tx,
    'products',
    pairs.map(({ id, product, categoryId }) => ({
      id,
      slug: product.handle,
      name: product.name,
      description: product.description ?? null,
      brand: product.brand ?? null,
      category_id: categoryId,
      tags: product.tags ?? [],
      options: optionsOf(product.variants.map((v) => v.options)),
      status: product.status ?? 'active',
      currency: product.currency,
    })),
  );
  await insertVariantRows(
    tx,
    actor,
    pairs.flatMap(({ id, product }) => product.variants.map((variant, position) => ({ ...variant, productId: id, position }))),
  );
  await insertImages(tx, pairs);
  for (const { id } of pairs) tx.outbox.add('product.created', id, { productId: id });
  return pairs.flatMap(({ product }) => product.variants.map((variant) => row(product, variant, 'created')));
};

const insertImages = async (tx: Tx, pairs: readonly Pick<Pair, 'id' | 'product'>[]): Promise<void> => {
  const images = pairs.flatMap(({ id, product }) =>
    product.images.map((image, i) => ({ id: tx.ids.next(), product_id: id, url: image.url, alt_text: image.altText, position: i + 1 })),
  );
  await insertRows(tx, 'product_images', images);
};

type Update = Pair & { readonly known: KnownProduct };

const updateAll = async (tx: Tx, actor: Actor, pairs: readonly Update[]): Promise<ImportRow[]> => {
  if (pairs.length === 0) return [];
  const changed = await updateFields(tx, pairs);
  for (const id of await replaceImages(tx, pairs)) changed.add(id);
  const fresh = pairs.flatMap(({ id, known, product }) =>
    product.variants
      .filter(({ sku }) => !known.variants.some((v) => v.sku === sku))
      .map((variant, i) => ({ ...variant, productId: id, position: known.variants.length + i })),
  );
  await insertVariantRows(tx, actor, fresh);
  const outcomes = await updateVariants(tx, actor, pairs);
  const report: ImportRow[] = [];
  for (const { id, product } of pairs) {
    const rows = product.variants.map((variant) => row(product, variant, outcomes.get(variant.sku) ?? 'created'));
    const touched = changed.has(id) || rows.some(({ outcome }) => outcome !== 'unchanged');
    if (touched) tx.outbox.add('product.updated', id, { productId: id });
    // A change of the product itself is told on its first row.
    const [first] = rows;
    if (first?.outcome === 'unchanged' && changed.has(id)) rows[0] = { ...first, outcome: 'updated' };
    report.push(...rows);
  }
  return report;
};

/** Changes the products whose own fields differ; answers their ids. What the file has no column for stays. */
const updateFields = async (tx: Tx, pairs: readonly Update[]): Promise<Set<ProductId>> => {
  const wanted = pairs.map(({ id, product, known, categoryId }) => {
    const kept = known.variants.map(({ sku, options }) => product.variants.find((v) => v.sku === sku)?.options ?? options);
    const added = product.variants.filter(({ sku }) => !known.variants.some((v) => v.sku === sku)).map((v) => v.options);
    const { name, description, brand, tags, status, category } = product;
    const given = Object.entries({ description, brand, tags, status, category }).flatMap(([column, value]) =>
      value === undefined ? [] : [column],
    );
    return { id, name, description, brand, tags, status, categoryId, given, options: optionsOf([...kept, ...added]) };
  });
  const next = (column: string, field: string) =>
    sql`case when ${column} = any(w.given) then w.${sql.ref(field)} else p.${sql.ref(field)} end`;
  const columns = sql`w.name, ${next('description', 'description')}, ${next('brand', 'brand')}, ${next('category', 'category_id')}, ${next('tags', 'tags')}, ${next('status', 'status')}, w.options`;
  const { rows } = await sql<{ id: ProductId }>`
    update products p set (name, description, brand, category_id, tags, status, options) = row(${columns}), version = p.version + 1, updated_at = now()
    from (select id, name, description, brand, tags, status, "categoryId" as category_id, options, given from jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb)
      as r(id uuid, name text, description text, brand text, tags text[], status text, "categoryId" uuid, options jsonb, given text[])) w
    where p.id = w.id and (p.name, p.description, p.brand, p.category_id, p.tags, p.status, p.options) is distinct from row(${columns})
    returning p.id`.execute(tx.db);
  return new Set(rows.map(({ id }) => id));
};

/** A file that names images says all of them; one without leaves them as they are. */
const replaceImages = async (tx: Tx, pairs: readonly Update[]): Promise<ProductId[]> => {
  const differing = pairs.filter(
    ({ product, known }) =>
      product.images.length > 0 &&
      (product.images.length !== known.images.length ||
        product.images.some((image, i) => image.url !== known.images[i]?.url || image.altText !== known.images[i]?.altText)),
  );
  if (differing.length === 0) return [];
  await tx.db
    .deleteFrom('product_images')
    .where(
      'product_id',
      'in',
      differing.map(({ id }) => id),
    )
    .execute();
  await insertImages(tx, differing);
  return differing.map(({ id }) => id);
};

/** Prices, weights, options and stock of the variants that the shop has; answers the outcome by SKU. */
const updateVariants = async (tx: Tx, actor: Actor, pairs: readonly Update[]): Promise<Map<string, ImportRow['outcome']>> => {
  const both = pairs.flatMap(({ product, known }) =>
    known.variants.flatMap((before) => {
      const wanted = product.variants.find(({ sku }) => sku === before.sku);
      return wanted ? [{ before, wanted }] : [];
    }),
  );
  const changed = both.filter(
    ({ before, wanted }) =>
      before.priceCents !== wanted.priceCents ||
      before.compareAtPriceCents !== wanted.compareAtPriceCents ||
      before.weightGrams !== wanted.weightGrams ||
      !sameOptions(before.options, wanted.options),
  );
  if (changed.length > 0) {
    const rows = changed.map(({ before, wanted }) => ({ ...wanted, id: before.id, title: Object.values(wanted.options).join(' / ') }));
    await sql`
      update variants v set price_cents = w."priceCents", compare_at_price_cents = w."compareAtPriceCents", weight_grams = w."weightGrams", options = w.options, title = w.title, updated_at = now()
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as w(id uuid, "priceCents" bigint, "compareAtPriceCents" bigint, "weightGrams" int, options jsonb, title text)
      where v.id = w.id`.execute(tx.db);
    const repriced = changed.filter(({ before, wanted }) => isNewOffer(wanted, before));
    await insertRows(
      tx,
      'price_changes',
      repriced.map(({ before, wanted }) => ({
        id: tx.ids.next(),
        variant_id: before.id,
        price_cents: wanted.priceCents,
        changed_by: 'import',
      })),
    );
  }
  const restocked = both.filter(({ before, wanted }) => before.onHand !== wanted.stock);
  const locked = await lockFreedStock(
    tx,
    restocked.map(({ before }) => before.id),
  );
  for (const { before, wanted } of restocked) {
    const stock = locked.get(before.id);
    if (stock) await changeOnHand(tx, actor, stock, { delta: wanted.stock - stock.onHand, kind: 'adjusted', reason: 'CSV import' });
  }
  const touched = new Set([...changed, ...restocked].map(({ before }) => before.sku));
  return new Map(both.map(({ before }) => [before.sku, touched.has(before.sku) ? 'updated' : 'unchanged']));
};
