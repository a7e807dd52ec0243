import type { CatalogImport, CatalogImportId, ImportRow, ProductId, ShopContract } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { changeOnHand, lockFreedStock } from '../inventory/index.ts';
import { DomainError, json, notFound, offsetOf, requireScope, toPage, transact, type Actor, type Core, type Tx } from '../kernel/index.ts';
import { insertProduct, insertVariants, optionsOf } from './create-product.ts';
import { readShopifyCsv, type CsvProduct } from './shopify-csv.ts';
import { toSlug } from './slug.ts';

type C = ShopContract['imports'];

/**
 * Imports Shopify's product CSV. Each product commits by itself, so a bad one never takes good ones
 * with it; products are recognised by handle and variants by SKU, so the same file again changes nothing.
 * `preview` does the same work and takes it all back. Throws `INVALID_CSV`.
 */
export const importProducts = async (
  core: Core,
  actor: Actor,
  input: z.output<C['create']['input']>,
): Promise<z.output<C['create']['output']>> => {
  requireScope(actor, 'catalog:write');
  const catalog = readShopifyCsv(input.csv);
  const id = core.ids.next<CatalogImportId>();
  await core.db
    .insertInto('catalog_imports')
    .values({
      id,
      file_name: input.fileName,
      mode: input.mode,
      created_by: actor.kind === 'user' ? actor.userId : null,
      row_count: catalog.rowCount,
    })
    .execute();
  const rows: ImportRow[] = catalog.problems.map((p) => ({
    line: p.line,
    handle: p.handle,
    sku: p.sku,
    outcome: 'failed',
    message: p.message,
  }));
  for (const product of catalog.products) rows.push(...(await importOne(core, actor, product, input.mode === 'preview')));
  rows.sort((a, b) => a.line - b.line);
  const report = await finishImport(core, id, uniqueByLine(rows));
  if (input.mode === 'commit') await sql`analyze products, variants, stock_levels, product_images`.execute(core.db);
  return report;
};

/** Thrown to take a preview's work back. */
class PreviewDone extends Error {
  readonly rows: ImportRow[];
  constructor(rows: ImportRow[]) {
    super('preview');
    this.rows = rows;
  }
}

const importOne = async (core: Core, actor: Actor, product: CsvProduct, preview: boolean): Promise<ImportRow[]> => {
  try {
    return await transact(core, async (tx) => {
      const rows = await writeProduct(tx, actor, product);
      if (preview) throw new PreviewDone(rows);
      return rows;
    });
  } catch (error) {
    if (error instanceof PreviewDone) return error.rows;
    if (!(error instanceof DomainError)) throw error;
    return product.variants.map((v) => ({ line: v.line, handle: product.handle, sku: v.sku, outcome: 'failed', message: error.message }));
  }
};

const writeProduct = async (tx: Tx, actor: Actor, product: CsvProduct): Promise<ImportRow[]> => {
  const found = await sql<{
    id: ProductId;
  }>`select id from products where slug = ${product.handle} and deleted_at is null for no key update`.execute(tx.db);
  const categoryId = product.category ? await categoryNamed(tx, product.category) : null;
  const row = (line: number, sku: string, outcome: ImportRow['outcome']): ImportRow => ({
    line,
    handle: product.handle,
    sku,
    outcome,
    message: null,
  });
  const existing = found.rows[0];
  if (!existing) {
    await insertProduct(tx, actor, { ...product, slug: product.handle, currency: undefined, categoryId, variants: product.variants });
    return product.variants.map((v) => row(v.line, v.sku, 'created'));
  }
  const changedFields = await sql<{ id: string }>`
    update products set name = ${product.name}, description = ${product.description}, brand = ${product.brand}, category_id = ${categoryId}, tags = ${product.tags}::text[], status = ${product.status},
      version = version + 1, updated_at = now()
    where id = ${existing.id} and (name, description, brand, category_id, tags, status)
      is distinct from (${product.name}::varchar, ${product.description}::text, ${product.brand}::varchar, ${categoryId}::uuid, ${product.tags}::text[], ${product.status}::text)
    returning id`.execute(tx.db);
  const variants = await writeVariants(tx, actor, existing.id, product);
  const touched = changedFields.rows.length > 0 || variants.some((v) => v.outcome !== 'unchanged');
  if (touched) tx.outbox.add('product.updated', existing.id, { productId: existing.id });
  const first = variants[0];
  if (first && changedFields.rows.length > 0 && first.outcome === 'unchanged') variants[0] = { ...first, outcome: 'updated' };
  return variants;
};

const writeVariants = async (tx: Tx, actor: Actor, productId: ProductId, product: CsvProduct): Promise<ImportRow[]> => {
  const { rows } = await sql<{
    id: string;
    sku: string;
    priceCents: number;
    compareAtPriceCents: number | null;
    weightGrams: number | null;
    onHand: number;
    options: Record<string, string>;
  }>`
    select v.id, v.sku, v.price_cents as "priceCents", v.compare_at_price_cents as "compareAtPriceCents", v.weight_grams as "weightGrams", l.on_hand as "onHand", v.options
    from variants v join stock_levels l on l.variant_id = v.id where v.product_id = ${productId} order by v.position`.execute(tx.db);
  const bySku = new Map(rows.map((r) => [r.sku, r]));
  const fresh = product.variants.filter((v) => !bySku.has(v.sku));
  if (fresh.length > 0) {
    await insertVariants(tx, actor, productId, fresh, rows.length);
    const options = optionsOf([...rows.map((r) => r.options), ...fresh.map((v) => v.options)]);
    await sql`update products set options = ${json(options)}, version = version + 1, updated_at = now() where id = ${productId}`.execute(
      tx.db,
    );
  }
  const report: ImportRow[] = [];
  for (const variant of product.variants) {
    const before = bySku.get(variant.sku);
    const changed =
      before &&
      (before.priceCents !== variant.priceCents ||
        before.compareAtPriceCents !== variant.compareAtPriceCents ||
        before.weightGrams !== variant.weightGrams);
    if (before && changed) {
      await sql`update variants set price_cents = ${variant.priceCents}, compare_at_price_cents = ${variant.compareAtPriceCents}, weight_grams = ${variant.weightGrams}, updated_at = now() where id = ${before.id}`.execute(
        tx.db,
      );
      if (before.priceCents !== variant.priceCents)
        await tx.db
          .insertInto('price_changes')
          .values({ id: tx.ids.next(), variant_id: before.id, price_cents: variant.priceCents, changed_by: 'import' })
          .execute();
    }
    const restocked = before && before.onHand !== variant.stock;
    if (before && restocked) {
      const stock = (await lockFreedStock(tx, [before.id])).get(before.id);
      if (stock) await changeOnHand(tx, actor, stock, { delta: variant.stock - stock.onHand, kind: 'adjusted', reason: 'CSV import' });
    }
    report.push({
      line: variant.line,
      handle: product.handle,
      sku: variant.sku,
      outcome: !before ? 'created' : changed || restocked ? 'updated' : 'unchanged',
      message: null,
    });
  }
  return report;
};

const categoryNamed = async (tx: Tx, name: string): Promise<NonNullable<Parameters<typeof insertProduct>[2]['categoryId']>> => {
  const { rows } = await sql<{ id: NonNullable<Parameters<typeof insertProduct>[2]['categoryId']> }>`
    insert into categories (id, name, slug) values (${tx.ids.next()}, ${name.slice(0, 100)}, ${toSlug(name)}) on conflict (slug) do update set slug = excluded.slug returning id`.execute(
    tx.db,
  );
  if (!rows[0]) throw new Error('The category upsert answered no row');
  return rows[0].id;
};

/** A line is reported once, its worst news first. */
const uniqueByLine = (rows: ImportRow[]): ImportRow[] =>
  [
    ...new Map(
      rows.toSorted((a, b) => Number(a.outcome === 'failed') - Number(b.outcome === 'failed')).map((row) => [row.line, row]),
    ).values(),
  ].toSorted((a, b) => a.line - b.line);

const finishImport = async (core: Core, id: CatalogImportId, rows: ImportRow[]): Promise<z.output<C['create']['output']>> => {
  const count = (outcome: ImportRow['outcome']) => rows.filter((r) => r.outcome === outcome).length;
  return transact(core, async (tx) => {
    if (rows.length > 0)
      await sql`
        insert into catalog_import_rows (import_id, line, handle, sku, outcome, message)
        select ${id}, r.line, r.handle, r.sku, r.outcome, r.message from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(line int, handle text, sku text, outcome text, message text)`.execute(
        tx.db,
      );
    await sql`
      update catalog_imports set status = 'finished', finished_at = now(), created_count = ${count('created')}, updated_count = ${count('updated')},
        unchanged_count = ${count('unchanged')}, failed_count = ${count('failed')} where id = ${id}`.execute(tx.db);
    return { ...(await readImport(tx, id)), rows };
  });
};

const readImport = async ({ db }: Pick<Tx | Core, 'db'>, id: string): Promise<CatalogImport> => {
  const { rows } = await sql<Omit<CatalogImport, 'createdAt' | 'finishedAt'> & { createdAt: Date; finishedAt: Date | null }>`
    select id, file_name as "fileName", mode, status, row_count as "rowCount", created_count as "createdCount", updated_count as "updatedCount", unchanged_count as "unchangedCount",
      failed_count as "failedCount", created_at as "createdAt", finished_at as "finishedAt" from catalog_imports where id = ${id}`.execute(
    db,
  );
  if (!rows[0]) throw notFound('This import');
  return { ...rows[0], createdAt: rows[0].createdAt.toISOString(), finishedAt: rows[0].finishedAt?.toISOString() ?? null };
};

/** An import with a page of its report. Throws `NOT_FOUND`. */
export const getCatalogImport = async (
  core: Core,
  actor: Actor,
  input: z.output<C['get']['input']>,
): Promise<z.output<C['get']['output']>> => {
  requireScope(actor, 'catalog:read');
  const report = await readImport(core, input.id);
  const { rows } = await sql<ImportRow & { totalCount: number }>`
    select line, handle, sku, outcome, message, count(*) over () as "totalCount" from catalog_import_rows where import_id = ${input.id} order by line limit ${input.pageSize} offset ${offsetOf(input)}`.execute(
    core.db,
  );
  return {
    ...report,
    rows: toPage(
      input,
      rows.map(({ totalCount: _, ...row }) => row),
      rows[0]?.totalCount ?? 0,
    ),
  };
};
