/** Writes a batch of imported products in a fixed number of statements, whatever its size. */
import type { CatalogImportId, CategoryId, ErrorCode, ImportRow, ProductId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { changeOnHand, lockFreedStock } from '../inventory/index.ts';
import { insertRows, type Actor, type Tx } from '../kernel/index.ts';
import { explainTaken, insertVariantRows, optionsKey, optionsOf, titleOf } from './create-product.ts';
import { lockKnown, refuseOver, toWhole, type KnownProduct, type WholeProduct, type WholeVariant } from './import.known.ts';
import { findMetNames, type MetNames, type NamePlace } from './import.names.ts';
import { makeUpOtherSku, type CsvProduct } from './shopify-csv.ts';
import { freeProductSlugs, freeSlugs } from './slug.queries.ts';
import { toSlug } from './slug.ts';
import { isNewOffer } from './update-product.ts';

/** A product of the file with the matching product of the shop. */
interface Accepted {
  readonly product: WholeProduct;
  readonly known: KnownProduct | null;
  readonly id: ProductId;
}
interface Pair extends Accepted {
  readonly categoryId: CategoryId | null;
}
interface Refused {
  readonly message: string;
  readonly code: ErrorCode;
}

/** The report of a product that is refused as a whole: one entry for each of its rows. */
export const failProduct = ({ handle, rows }: Pick<CsvProduct, 'handle' | 'rows'>, { message, code }: Refused): ImportRow[] =>
  rows.map(({ line, sku }) => ({ line, handle, sku, outcome: 'failed', message, code }));

/**
 * Tx step: creates and changes products, identified by their handles, and returns the report of their rows. A product
 * is refused as a whole when its handle occurred earlier in the file, or when a SKU of it belongs to another one.
 * Throws a `DomainError` when one of the products is refused by the database; the caller then tries them in smaller
 * batches.
 */
export const writeProducts = async (tx: Tx, actor: Actor, importId: CatalogImportId, file: readonly CsvProduct[]): Promise<ImportRow[]> => {
  const known = await lockKnown(tx, file);
  const skus = file.flatMap(({ handle, variants }) =>
    variants.flatMap(({ sku, isSkuMadeUp, options }) => (isSkuMadeUp ? [sku, makeUpOtherSku(handle, options ?? {})] : [sku])),
  );
  const met = await findMetNames(tx, importId, file, skus);
  const owners = await ownersOf(tx, skus);
  const report: ImportRow[] = [];
  const accepted: Accepted[] = [];
  const taken = new Map<string, NamePlace>(met.skus);
  for (const given of file) {
    const before = known.get(given.handle) ?? null;
    const product = giveFreeSkus(toWhole(given, before), before, taken, owners);
    const refused = refuseRepeat(product, met) ?? refuseOver(product, before) ?? refuseForeign(product, before, taken, owners);
    if (refused) {
      report.push(...failProduct(product, refused));
      continue;
    }
    for (const { sku, line } of product.variants) taken.set(sku, { handle: product.handle, line });
    accepted.push({ product, known: before, id: before?.id ?? tx.ids.next<ProductId>() });
  }
  try {
    const pairs = await withCategories(tx, accepted);
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

interface Owner {
  readonly productId: ProductId;
  readonly handle: string;
}
const ownersOf = async (tx: Tx, skus: readonly string[]): Promise<Map<string, Owner>> => {
  const { rows } = await sql<Owner & { sku: string }>`
    select v.sku, p.id as "productId", p.handle from variants v join products p on p.id = v.product_id where v.sku = any(${skus}::text[]) and v.deleted_at is null`.execute(
    tx.db,
  );
  return new Map(rows.map((row) => [row.sku, row]));
};

const isForeign = (
  sku: string,
  { handle }: WholeProduct,
  known: KnownProduct | null,
  taken: ReadonlyMap<string, NamePlace>,
  owners: ReadonlyMap<string, Owner>,
): boolean => (taken.get(sku) ?? { handle }).handle !== handle || (owners.get(sku)?.productId ?? known?.id) !== known?.id;

/** Replaces a generated SKU when another product has it. */
const giveFreeSkus = (
  product: WholeProduct,
  known: KnownProduct | null,
  taken: ReadonlyMap<string, NamePlace>,
  owners: ReadonlyMap<string, Owner>,
): WholeProduct => ({
  ...product,
  variants: product.variants.map((variant) =>
    variant.isSkuMadeUp && !variant.before && isForeign(variant.sku, product, known, taken, owners)
      ? { ...variant, sku: makeUpOtherSku(product.handle, variant.options) }
      : variant,
  ),
});

const refuseRepeat = ({ handle }: WholeProduct, { handles }: MetNames): Refused | null => {
  const first = handles.get(handle);
  return first
    ? {
        message: `The handle ${handle} already appears in line ${first.line}. Keep the rows of one product next to each other, or use another handle for this product.`,
        code: 'HANDLE_TAKEN',
      }
    : null;
};

const refuseForeign = (
  product: WholeProduct,
  known: KnownProduct | null,
  taken: ReadonlyMap<string, NamePlace>,
  owners: ReadonlyMap<string, Owner>,
): Refused | null => {
  const foreign = product.variants.find(({ sku }) => isForeign(sku, product, known, taken, owners))?.sku;
  if (foreign === undefined) return null;
  const place = taken.get(foreign);
  const where =
    place && place.handle !== product.handle
      ? `${foreign} appears in line ${place.line}, in the product ${place.handle}`
      : `${foreign} belongs to the product with the handle ${owners.get(foreign)?.handle}`;
  return { message: `Another variant already has this SKU: ${where}.`, code: 'SKU_TAKEN' };
};

/**
 * Tx step: finds the categories of products by their exact names, and adds missing ones at the top level. A product
 * stays in its category when that has the name; otherwise it gets the one at the top level, or the only one of the
 * name.
 */
const withCategories = async (tx: Tx, accepted: readonly Accepted[]): Promise<Pair[]> => {
  const isStaying = ({ product, known }: Accepted) => known?.category?.name === product.category;
  const names = [...new Set(accepted.flatMap((one) => (one.product.category && !isStaying(one) ? [one.product.category] : [])))].toSorted();
  const byName = new Map<string, CategoryId>();
  if (names.length > 0) {
    for (const { name, id } of await findCategories(tx, names)) byName.set(name, id);
    const missing = names.filter((name) => !byName.has(name));
    const slugs = await freeSlugs(
      tx,
      'categories',
      missing.map((name) => toSlug(name)),
    );
    const made = missing.map((name, i) => ({ id: tx.ids.next<CategoryId>(), name, slug: slugs[i] ?? toSlug(name) }));
    await insertRows(tx, 'categories', made);
    for (const { id, name } of made) {
      byName.set(name, id);
      tx.outbox.add('category.changed', id, { categoryId: id });
    }
  }
  return accepted.map((one) => {
    const { product, known } = one;
    const categoryId = product.category ? (isStaying(one) ? (known?.category?.id ?? null) : (byName.get(product.category) ?? null)) : null;
    return { ...one, categoryId };
  });
};

const findCategories = async (tx: Tx, names: readonly string[]): Promise<{ id: CategoryId; name: string }[]> => {
  const { rows } = await sql<{ id: CategoryId; name: string }>`
    select name, coalesce(min(id::text) filter (where parent_id is null), min(id::text)) as id from categories where name = any(${names}::text[])
    group by name having count(*) = 1 or bool_or(parent_id is null)`.execute(tx.db);
  return rows;
};

/** The report of an imported row, with the notes on skipped parts. */
const row = (product: WholeProduct, line: number, sku: string | null, outcome: ImportRow['outcome']): ImportRow => {
  const notes = product.notes.filter((note) => note.line === line);
  return {
    line,
    handle: product.handle,
    sku,
    outcome,
    message: notes.map(({ message }) => message).join(' ') || null,
    code: notes.find(({ code }) => code !== null)?.code ?? null,
  };
};

/** Rows without a variant are in the report when a part of them was skipped. */
const rowsWithoutVariant = (product: WholeProduct): ImportRow[] => {
  const reported = new Set(product.variants.map(({ line }) => line));
  return [...new Set(product.notes.map(({ line }) => line))]
    .filter((line) => !reported.has(line))
    .map((line) => row(product, line, null, 'unchanged'));
};

const createAll = async (tx: Tx, actor: Actor, pairs: readonly Pair[]): Promise<ImportRow[]> => {
  if (pairs.length === 0) return [];
  // Products whose handle is a slug get it before those whose slug merely equals it.
  const inTurn = pairs.toSorted((a, b) => Number(isSlug(b.product.handle)) - Number(isSlug(a.product.handle)));
  const slugs = await freeProductSlugs(
    tx,
    inTurn.map(({ product: { handle } }) => ({ slug: toSlug(handle, 255), handle })),
  );
  const slugOf = new Map(inTurn.map(({ id }, i) => [id, slugs[i]]));
  await insertRows(
    tx,
    'products',
    pairs.map(({ id, product, categoryId }) => ({
      id,
      handle: product.handle,
      slug: slugOf.get(id) ?? toSlug(product.handle, 255),
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
  return pairs.flatMap(({ product }) => [
    ...product.variants.map(({ line, sku }) => row(product, line, sku, 'created')),
    ...rowsWithoutVariant(product),
  ]);
};

const isSlug = (handle: string): boolean => toSlug(handle, 255) === handle;

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
  // Before new variants are added, which may take the options that others give up.
  const outcomes = await updateVariants(tx, actor, pairs);
  const fresh = pairs.flatMap(({ id, known, product }) =>
    product.variants
      .filter(({ before }) => before === null)
      .map((variant, i) => ({ ...variant, productId: id, position: known.variants.length + i })),
  );
  await insertVariantRows(tx, actor, fresh);
  const report: ImportRow[] = [];
  for (const { id, product } of pairs) {
    const rows = product.variants.map((variant) => row(product, variant.line, variant.sku, outcomes.get(variant) ?? 'created'));
    const touched = changed.has(id) || rows.some(({ outcome }) => outcome !== 'unchanged');
    if (touched) tx.outbox.add('product.updated', id, { productId: id });
    // A change of the product itself is reported on its first row.
    const [first] = rows;
    if (first?.outcome === 'unchanged' && changed.has(id)) rows[0] = { ...first, outcome: 'updated' };
    report.push(...rows, ...rowsWithoutVariant(product));
  }
  return report;
};

/**
 * Changes the products whose own fields differ; returns their ids. Values without a column in the file stay. A changed
 * status clears the publishing date.
 */
const updateFields = async (tx: Tx, pairs: readonly Update[]): Promise<Set<ProductId>> => {
  const wanted = pairs.map(({ id, product, known, categoryId }) => {
    const kept = known.variants.map(
      ({ id: variantId, options }) => product.variants.find((v) => v.before?.id === variantId)?.options ?? options,
    );
    const added = product.variants.filter(({ before }) => before === null).map((v) => v.options);
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
    update products p set (name, description, brand, category_id, tags, status, options) = row(${columns}), version = p.version + 1, updated_at = now(),
      publish_at = case when p.status = ${next('status', 'status')} then p.publish_at end
    from (select id, name, description, brand, tags, status, "categoryId" as category_id, options, given from jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb)
      as r(id uuid, name text, description text, brand text, tags text[], status text, "categoryId" uuid, options jsonb, given text[])) w
    where p.id = w.id and (p.name, p.description, p.brand, p.category_id, p.tags, p.status, p.options) is distinct from row(${columns})
    returning p.id`.execute(tx.db);
  return new Set(rows.map(({ id }) => id));
};

/** A file with images names all of them; a file without leaves them unchanged. */
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

/** SKUs, prices, weights, options and stock of the variants that the shop has; returns the outcome of each. */
const updateVariants = async (tx: Tx, actor: Actor, pairs: readonly Update[]): Promise<Map<WholeVariant, ImportRow['outcome']>> => {
  const both = pairs.flatMap(({ product }) =>
    product.variants.flatMap((wanted) => (wanted.before ? [{ before: wanted.before, wanted }] : [])),
  );
  const changed = both.filter(
    ({ before, wanted }) =>
      before.sku !== wanted.sku ||
      before.priceCents !== wanted.priceCents ||
      before.compareAtPriceCents !== wanted.compareAtPriceCents ||
      before.weightGrams !== wanted.weightGrams ||
      optionsKey(before.options) !== optionsKey(wanted.options),
  );
  if (changed.length > 0) {
    const rows = changed.map(({ before, wanted }) => ({ ...wanted, id: before.id, title: titleOf(wanted.options) }));
    await sql`
      update variants v set sku = w.sku, price_cents = w."priceCents", compare_at_price_cents = w."compareAtPriceCents", weight_grams = w."weightGrams", options = w.options, title = w.title, updated_at = now()
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as w(id uuid, sku text, "priceCents" bigint, "compareAtPriceCents" bigint, "weightGrams" int, options jsonb, title text)
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
  const touched = new Set([...changed, ...restocked].map(({ wanted }) => wanted));
  return new Map(both.map(({ wanted }) => [wanted, touched.has(wanted) ? 'updated' : 'unchanged']));
};
