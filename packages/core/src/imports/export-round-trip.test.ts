/** A generated catalogue with every field goes through export and import into an empty shop, and is the same there. */
import { contract, eachProductText, type CategoryId, type Product } from '@cartwright/contracts';
import { createTestShop, importCsv, type TestShop } from '@cartwright/testing';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCategory, createProduct, getProduct, getProductCosts, listCategories, updateProduct } from '../catalog/index.ts';
import { getStockLevel } from '../inventory/index.ts';
import { system } from '../kernel/index.ts';
import { exportProducts } from './index.ts';

const staff = system('test');
const count = 60;
const seed = Math.floor(Math.random() * 2 ** 31);

let source: TestShop;
let copy: TestShop;
beforeAll(async () => {
  source = await createTestShop();
  copy = await createTestShop();
});
afterAll(() => Promise.all([source.close(), copy.close()]));

const exported = async ({ core }: TestShop): Promise<string> => {
  let csv = '';
  for await (const part of exportProducts(core, staff, {})) csv += part;
  return csv;
};

/** Texts that separate, quote or run in a CSV file, a spreadsheet or a list, and what Shopify writes for products without options. */
const awkward = fc.constantFrom(
  '=1+1',
  "'=1",
  "'",
  '"',
  '""',
  ',',
  'Black, matte',
  String.raw`a\b`,
  String.raw`\,`,
  'A > B',
  '>',
  'x;=2',
  "y;'=2",
  'TRUE',
  '0',
  '1,5',

  'Default Title',
  'Title',
  '__proto__',
  'constructor',
  '7',
  '-',
  '@x',
  '東京',
  'قهوة',
  'e\u0301',
  '👩‍👩‍👧',
  '[["Size","S"]]',
  '{}',
  'null',
);
const words = fc.oneof(
  awkward,
  // What is left of a text in another encoding, and the mark of a zero byte, are the only characters that an import does not keep.
  fc.string({ maxLength: 12, unit: 'grapheme' }).filter((text) => !/[\uFFFD\uFDD0]/.test(text)),
  fc.tuple(awkward, awkward).map((two) => two.join(' ')),
);
/** A text that the schema accepts, as the schema changes it. */
const valid = (schema: { safeParse: (text: string) => { data?: string | undefined } }, texts: fc.Arbitrary<string> = words) =>
  texts.map((text) => schema.safeParse(text).data).filter((text) => text !== undefined);
const create = contract.products.create.input.shape;
const variantShape = create.variants.element.shape;
/** JSON objects of requests have no field `__proto__`. */
const name = valid(create.brand.unwrap().unwrap()).filter((text) => text !== '__proto__');
const orNull = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
const lines = fc.array(words, { maxLength: 4 }).chain((parts) => fc.constantFrom('\n', '\r\n', ' ').map((end) => parts.join(end)));
const instant = (from: string, to: string) =>
  fc.date({ min: new Date(from), max: new Date(to), noInvalidDate: true }).map((date) => date.toISOString());
const facts = fc
  .dictionary(name, fc.oneof(words, fc.integer(), fc.double({ noNaN: true, min: -1e6, max: 1e6 }), fc.boolean()), { maxKeys: 4 })
  .filter((given) => create.metadata.safeParse(given).success);

const variant = fc.record({
  priceCents: fc.integer({ min: 0, max: 5_000_000 }),
  above: orNull(fc.integer({ min: 1, max: 900 })),
  weightGrams: orNull(fc.integer({ min: 0, max: 50_000 })),
  barcode: orNull(valid(variantShape.barcode.unwrap().unwrap())),
  costCents: orNull(fc.integer({ min: 0, max: 90_000 })),
  metadata: facts,
  stock: fc.integer({ min: 0, max: 500 }),
  backorderLimit: fc.integer({ min: 0, max: 20_000 }),
  tracked: fc.boolean(),
  sku: valid(variantShape.sku),
  image: fc.nat(),
});
const options = fc
  .record({
    names: fc.uniqueArray(name, { maxLength: 5 }),
    values: fc.uniqueArray(fc.array(name, { minLength: 5, maxLength: 5 }), {
      minLength: 1,
      maxLength: 4,
      selector: (row) => row.join('\0'),
    }),
  })
  .map(({ names, values }) =>
    names.length === 0 ? [{}] : values.map((row) => Object.fromEntries(names.map((option, i) => [option, row[i] ?? '']))),
  )
  .map((rows) => [
    ...new Map(rows.map((row) => [JSON.stringify(Object.entries(row).toSorted(([a], [b]) => (a < b ? -1 : 1))), row])).values(),
  ]);
const product = fc.record({
  name: valid(create.name),
  handle: valid(create.handle.unwrap()),
  slug: fc.stringMatching(/^[a-z]{3,8}(-[a-z0-9]{1,4}){0,2}$/),
  ...eachProductText(() => orNull(lines)),
  seoTitle: orNull(words),
  brand: orNull(name),
  tags: fc.uniqueArray(name, { maxLength: 5 }),
  metadata: facts,
  status: fc.constantFrom('draft', 'active', 'unlisted', 'archived'),
  currency: fc.constantFrom('USD', 'JPY', 'KWD', 'EUR'),
  publishAt: orNull(instant('2150-01-01', '2160-01-01')),
  unpublishAt: orNull(instant('2170-01-01', '2180-01-01')),
  images: fc.array(fc.record({ altText: words }), { maxLength: 4 }),
  options,
  variants: fc.array(variant, { minLength: 4, maxLength: 4 }),
  category: fc.nat(),
});
/** The paths of categories: the same name stands in several places of the tree. */
const tree = fc.uniqueArray(
  fc.array(valid(contract.categories.create.input.shape.name, fc.oneof(awkward, fc.constant('Cups'))), { minLength: 1, maxLength: 3 }),
  {
    minLength: 3,
    maxLength: 8,
    selector: (path) => path.join('\0'),
  },
);

/** Adds the categories of a path; returns the last one. */
const aPath = async (path: readonly string[]): Promise<CategoryId> => {
  let parentId: CategoryId | null = null;
  let level = (await listCategories(source.core)).categories;
  for (const part of path) {
    const found = level.find((category) => category.name === part);
    parentId = found?.id ?? (await createCategory(source.core, staff, { name: part, parentId })).id;
    level = found?.children ?? [];
  }
  return parentId ?? expect.fail('an empty path');
};

const aGeneratedProduct = async (
  given: typeof product extends fc.Arbitrary<infer T> ? T : never,
  n: number,
  categories: readonly (CategoryId | null)[],
) => {
  const { variants, options: rows, images, category, handle, slug, ...fields } = given;
  const made = await createProduct(
    source.core,
    staff,
    contract.products.create.input.parse({
      ...fields,
      handle: `${handle.slice(0, 200)}${n}`,
      slug: `${slug}-${n}`,
      categoryId: categories[category % categories.length],
      images: images.map(({ altText }, i) => ({ url: `https://img.example/${n}/${i}.jpg`, altText })),
      variants: rows.map((values, i) => {
        const { above, image: _, sku, ...own } = variants[i] ?? expect.fail('too few variants');
        return { ...own, sku: `${sku.slice(0, 200)}-${n}-${i}`, options: values, compareAtPriceCents: above && own.priceCents + above };
      }),
    }),
  );
  const shown = made.variants.map(({ id }, i) => ({ id, imageId: made.images[(variants[i]?.image ?? 0) % 5]?.id ?? null }));
  await updateProduct(source.core, staff, contract.products.update.input.parse({ id: made.id, version: null, variants: shown }));
};

const namesIn = (categories: Awaited<ReturnType<typeof listCategories>>['categories'], above: readonly string[] = []): [string, string][] =>
  categories.flatMap(({ id, name: own, children }) => [
    [id, [...above, own].join('\0')] as [string, string],
    ...namesIn(children, [...above, own]),
  ]);

/** What a shop has of its products, without what belongs to the shop alone: ids, versions, times. */
const contentsOf = async ({ core }: TestShop) => {
  const places = new Map(namesIn((await listCategories(core)).categories));
  const rows = await core.db.selectFrom('products').select('id').orderBy('handle').execute();
  return Promise.all(
    rows.map(async ({ id }) => {
      const found: Product = await getProduct(core, staff, { id });
      const costs = await getProductCosts(core, staff, { id: found.id });
      const { id: _, version: __, createdAt: ___, updatedAt: ____, category, images, variants, imageUrl: _____, ...fields } = found;
      return {
        ...fields,
        category: category && places.get(category.id),
        images: images.map(({ url, altText, position }) => ({ url, altText, position })),
        variants: await Promise.all(
          variants.map(async ({ id: variantId, imageId, lowestPriceCents: _low, priorPriceCents: _prior, ...own }) => {
            const { onHand, backorderLimit, tracked } = await getStockLevel(core, staff, { variantId });
            const costCents = costs.variants.find((cost) => cost.variantId === variantId)?.costCents ?? null;
            return { ...own, onHand, backorderLimit, tracked, costCents, image: images.find((image) => image.id === imageId)?.url ?? null };
          }),
        ),
      };
    }),
  );
};

const policyOf = ({ backorderLimit }: { readonly backorderLimit: number }): string => (backorderLimit > 0 ? 'continue' : 'deny');
/** The sold-out policies in a file. */
const policiesOf = (csv: string): string[] =>
  parse<Record<string, string>>(csv, { columns: true })
    .map((row) => row['Variant Inventory Policy'] ?? '')
    .filter((policy) => policy !== '')
    .toSorted();

describe(`a catalogue of ${count} generated products, seed ${seed}`, () => {
  it('comes back from its export the same, in the shop that has it and in an empty one', async () => {
    const [paths] = fc.sample(tree, { seed, numRuns: 1 });
    const categories: (CategoryId | null)[] = [null];
    for (const path of paths ?? []) categories.push(await aPath(path));
    for (const [n, given] of fc.sample(product, { seed, numRuns: count }).entries()) await aGeneratedProduct(given, n, categories);
    const contents = await contentsOf(source);
    const csv = await exported(source);
    // Other programs read whether a variant is sold when it is sold out from the column of Shopify's format.
    expect(policiesOf(csv)).toEqual(contents.flatMap(({ variants: own }) => own.map(policyOf)).toSorted());

    const again = await importCsv(source, csv);
    expect(await contentsOf(source)).toEqual(contents);
    expect(again.rows.filter(({ outcome, message }) => outcome !== 'unchanged' || message !== null)).toEqual([]);

    const report = await importCsv(copy, csv);
    expect(report.rows.filter(({ outcome, message }) => outcome !== 'created' || message !== null)).toEqual([]);
    expect(report.unusedColumns).toEqual([]);
    expect(await contentsOf(copy)).toEqual(contents);
    expect(await exported(copy)).toBe(csv);
  });
});
