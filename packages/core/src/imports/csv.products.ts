/** The product that rows of one handle form: its fields come from the first row, and each problem names the row that has it. */
import {
  currency as currencySchema,
  mostOfCategory,
  instantInput,
  eachProductText,
  longestTexts,
  mostOfProduct,
  productStatuses,
  productTextLengths,
  productTextNames,
  seoLengths,
  type ProductTextName,
} from '@cartwright/contracts';
import { storableText, takenRefusal } from '../kernel/index.ts';
import {
  cell,
  columnOf,
  damageOf,
  hasColumn,
  isName,
  metafieldsOf,
  noName,
  sayOf,
  type CsvNote,
  type CsvProblem,
  type CsvTerms,
  type RawRow,
  type Row,
} from './csv.cells.ts';
import { optionNameFields, type ProductField } from './csv.layout.ts';
import { splitList, splitPath } from './csv.lists.ts';
import { withDecimalSign } from './csv.amounts.ts';
import { readMetadata } from './csv.metadata.ts';
import { readVariants } from './csv.variants.ts';
import type { CsvProduct } from './parsed-product.ts';
import { withGeneratedSkus } from './import.skus.ts';
import { readYesOrNo } from './yes-or-no.ts';

const isForSearchEngines = (name: ProductTextName): boolean => name in seoLengths;

/** The longest permitted text of each field of a product; longer ones are refused. */
const longest = [
  ['title', longestTexts.name],
  ...productTextNames.filter((name) => !isForSearchEngines(name)).map((name) => [name, productTextLengths[name]] as const),
  ['vendor', longestTexts.brand],
  ['category', longestTexts.category],
  ...optionNameFields.map((field) => [field, longestTexts.optionName] as const),
] as const;

/** Fields of a product that become names. */
const names = ['title', 'vendor', 'category', ...optionNameFields] as const;

/**
 * The status of a product by the file; undefined when the file has none. A product that either column hides is never
 * public: `draft` and `archived` stay, and otherwise `Published` FALSE or an unknown word in either column gives a
 * draft. A gift card is never on sale, because the engine sells none as a product.
 */
const statusOf = (first: Row): { readonly status: CsvProduct['status']; readonly note: string | null } => {
  const [status, published] = [cell(first, 'status'), cell(first, 'published')];
  const draft = 'the product is imported as a draft.';
  const stated = productStatuses.find((known) => known === status.toLowerCase());
  if (readYesOrNo(cell(first, 'giftCard')) && stated !== 'archived')
    return { status: 'draft', note: `Gift cards are issued in the admin, not sold as products: ${draft}` };
  if (!status && !published) return { status: undefined, note: null };
  if (status && !stated)
    return { status: 'draft', note: `${columnOf(first, 'status')} "${status}" is not one of ${productStatuses.join(', ')}: ${draft}` };
  if (stated === 'draft' || stated === 'archived') return { status: stated, note: null };
  if (published === '' || readYesOrNo(published)) return { status: stated ?? 'active', note: null };
  const unknown = `${columnOf(first, 'published')} "${published}" is neither TRUE nor FALSE: ${draft}`;
  return { status: 'draft', note: readYesOrNo(published) === false ? null : unknown };
};

/** Every reason in its first row to refuse a product. */
const refuseProduct = (first: Row, tags: readonly string[], optionNames: readonly (string | null)[], currency: string): string[] => {
  const tooLong = longest.filter(([field, characters]) => cell(first, field).length > characters);
  const unfit = names.filter((field) => !isName(cell(first, field)));
  const path = splitPath(cell(first, 'categoryPath'));
  const twice = optionNames.findIndex((name, i) => name !== null && optionNames.indexOf(name) !== i);
  const sameName = optionNames[twice] ?? null;
  return [
    ...(cell(first, 'title') === '' ? [`The first row of a product needs a ${columnOf(first, 'title')}.`] : []),
    ...tooLong.map(([field, characters]) => `${columnOf(first, field)} is longer than ${characters} characters.`),
    ...unfit.map((field) => `${columnOf(first, field)} ${noName}`),
    ...(path.length > mostOfCategory.levels
      ? [`${columnOf(first, 'categoryPath')} has ${path.length} levels, and at most ${mostOfCategory.levels} are possible.`]
      : []),
    ...(path.some((name) => name.length > longestTexts.category || !isName(name))
      ? [`A name in ${columnOf(first, 'categoryPath')} is longer than ${longestTexts.category} characters, or ${noName}`]
      : []),
    ...(twice > 0
      ? [`${nameOfOption(first, optionNames.indexOf(sameName))} and ${nameOfOption(first, twice)} are both "${sameName}".`]
      : []),
    ...(tags.length > mostOfProduct.tags ? [`A product can have at most ${mostOfProduct.tags} tags.`] : []),
    ...(tags.some((tag) => tag.length > longestTexts.tag) ? [`A tag is longer than ${longestTexts.tag} characters.`] : []),
    ...(tags.every(isName) ? [] : [`A tag ${noName}`]),
    ...(currencySchema.safeParse(currency).success
      ? []
      : [`${columnOf(first, 'currency')} "${currency}" is not an ISO 4217 code such as EUR.`]),
  ];
};
const nameOfOption = (row: Row, n: number): string => columnOf(row, optionNameFields[n] ?? 'option1Name');

/**
 * Reads a title that is not the product's. In a row apart from the others it may be that of another product, which is refused; next to
 * them it has no meaning.
 */
const readOtherTitle = (row: Row, before: Row, first: Row): void => {
  const title = cell(row, 'title');
  if (title === '' || title === cell(first, 'title')) return;
  const other = `line ${first.line} has the ${columnOf(first, 'title')} "${cell(first, 'title')}"`;
  if (row.position === before.position + 1) return row.note(`${columnOf(row, 'title')} "${title}" is skipped: ${other}.`);
  const claim = `The ${columnOf(row, 'handle')} ${cell(row, 'handle')} is that of another product: ${other}.`;
  row.refuse(takenRefusal('HANDLE_TAKEN', claim, 'Use another one, or the same title.'));
};

/** What only the product has: a later row that says something else is not followed. */
const productFields = ['vendor', 'category', 'categoryPath', 'productCategory', 'tags', ...productTextNames] as const;

/** Reads what a later row says of the product. One currency and one name of each option are needed to read its prices and options. */
const readOtherValues = (row: Row, first: Row, priced: Row): void => {
  const differs = (field: ProductField): boolean => cell(row, field) !== '' && cell(row, field) !== cell(first, field);
  const [own, currency] = [cell(row, 'currency'), cell(priced, 'currency')];
  if (own !== '' && own !== currency)
    row.refuse(`${columnOf(row, 'currency')} "${own}" differs from ${currency} in line ${priced.line}: a product has one currency.`);
  for (const field of optionNameFields.filter(differs))
    row.refuse(`${columnOf(row, field)} "${cell(row, field)}" differs from "${cell(first, field)}" in line ${first.line}.`);
  const lost = [
    ...productFields.filter(differs).map((field) => columnOf(row, field)),
    ...metafieldsOf(row, 'product').flatMap(([name, text], i) =>
      text !== '' && text !== metafieldsOf(first, 'product')[i]?.[1] ? [name] : [],
    ),
  ];
  if (lost.length > 0)
    row.note({ message: `Not taken, because the first row of the product says something else: ${lost.join(', ')}.`, code: null });
};

/** The texts of a product. Those for search engines are shortened, with a note. */
const textsOf = (first: Row): Pick<CsvProduct, ProductTextName> =>
  eachProductText((name) => {
    const text = hasColumn(first, name) ? cell(first, name) || null : undefined;
    const most = productTextLengths[name];
    if (!isForSearchEngines(name) || !text || text.length <= most) return text;
    first.note(`${columnOf(first, name)} is shortened to ${most} characters.`);
    return storableText(text, most);
  });

/**
 * The category of a product: by its place in the tree, else by its name, else by the last name of its path in Shopify's taxonomy.
 * Undefined when the file says nothing of categories.
 */
const readCategory = (first: Row): CsvProduct['category'] => {
  const above = splitPath(cell(first, 'categoryPath'));
  const placed = above.pop();
  if (placed !== undefined) return { name: placed, above };
  if (!(['category', 'categoryPath', 'productCategory'] as const).some((field) => hasColumn(first, field))) return undefined;
  const own = cell(first, 'category');
  const name = own || (splitPath(cell(first, 'productCategory')).at(-1) ?? '');
  if (name === '') return null;
  if (own !== '' || (name.length <= longestTexts.category && isName(name))) return { name, above: null };
  first.note(`${columnOf(first, 'productCategory')} is skipped: its last name ${isName(name) ? 'is too long' : noName}`);
  return null;
};

/** An instant as an export writes it; undefined when the file has none, or one that is skipped. */
const readInstant = (first: Row, field: 'publishAt' | 'unpublishAt'): string | null | undefined => {
  const text = cell(first, field);
  if (text === '') return hasColumn(first, field) ? null : undefined;
  const instant = instantInput.safeParse(text).data;
  if (instant === undefined)
    first.note(`${columnOf(first, field)} "${text}" is skipped: it is not an instant such as 2026-12-01T09:00:00Z.`);
  return instant;
};

/** Collects what is found in the rows of a product. */
const createFindings = () => {
  const refusals: CsvNote[] = [];
  const notes: CsvNote[] = [];
  return {
    notes,
    get isRefused() {
      return refusals.length > 0;
    },
    of: (row: RawRow): Row => ({ ...row, refuse: sayOf(refusals, row.line), note: sayOf(notes, row.line) }),
    /** A problem for each row: all that is wrong with it, or the line that is wrong. */
    problems: (handle: string, rows: readonly RawRow[]): CsvProblem[] =>
      rows.map((row) => {
        const own = refusals.filter(({ line }) => line === row.line);
        const message =
          own.length > 0
            ? own.map((one) => one.message).join(' ')
            : `A product is imported as a whole, and its line ${refusals[0]?.line} failed.`;
        return { line: row.line, handle, sku: cell(row, 'sku') || null, message, code: own[0]?.code ?? 'INVALID_INPUT' };
      }),
  };
};

/** Reads the product of rows with one handle; null when it is refused. Adds what is wrong with each row to `problems`. */
export const readProduct = (handle: string, given: readonly RawRow[], problems: CsvProblem[], terms: CsvTerms): CsvProduct | null => {
  const findings = createFindings();
  const rows = withDecimalSign(given).map(findings.of);
  const first = rows[0];
  if (!first) return null;
  const readable = rows.filter((row) => {
    const damaged = damageOf(row);
    // Another format has found the damage of its row, too.
    for (const why of new Set([...(damaged === null ? [] : [damaged]), ...(row.refusals ?? [])])) row.refuse(why);
    for (const why of row.notes ?? []) row.note(why);
    return damaged === null && !row.refusals?.length;
  });
  const priced = rows.find((row) => cell(row, 'currency') !== '') ?? first;
  const stated = cell(priced, 'currency') || terms.currency;
  // A row of an unknown currency is refused; what else is wrong with it is found in the shop's.
  const currency = currencySchema.safeParse(stated).success ? stated : terms.currency;
  const tags = splitList(cell(first, 'tags'));
  const optionNames = optionNameFields.map((field) => cell(first, field) || null);
  if (readable[0] === first) for (const why of refuseProduct(first, tags, optionNames, stated)) first.refuse(why);
  for (const [i, row] of rows.entries()) readOtherTitle(row, rows[i - 1] ?? first, first);
  for (const row of readable) if (row !== first) readOtherValues(row, first, priced);
  const { variants, withdrawn, images } = readVariants(readable, optionNames, { ...terms, currency });
  if (!findings.isRefused && variants.length === 0 && withdrawn.length === 0) first.refuse('The product has no row with a price.');
  if (findings.isRefused) {
    problems.push(...findings.problems(handle, rows));
    return null;
  }
  const { status, note } = statusOf(first);
  if (note !== null) first.note(note);
  const withSkus = withGeneratedSkus(handle, variants);
  const skus = new Map(variants.map(({ line, sku }) => [line, sku || null]));
  return {
    line: first.line,
    handle,
    address: cell(first, 'address') || handle,
    currency,
    name: cell(first, 'title'),
    ...textsOf(first),
    brand: hasColumn(first, 'vendor') ? cell(first, 'vendor') || null : undefined,
    category: readCategory(first),
    tags: hasColumn(first, 'tags') ? tags : undefined,
    metadata: readMetadata(first, 'product'),
    status,
    publishAt: readInstant(first, 'publishAt'),
    unpublishAt: readInstant(first, 'unpublishAt'),
    hiding: first.hiding,
    variants: withSkus,
    withdrawn,
    images,
    hasImageColumn: hasColumn(first, 'image'),
    rows: rows.map(({ line }) => ({ line, sku: skus.get(line) ?? null })),
    notes: findings.notes,
  };
};
