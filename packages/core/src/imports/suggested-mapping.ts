/** A mapping by the names of a file's columns and their first values, for a person to check. */
import { mostColumns, productStatuses, productTextNames, type ImportField, type ImportMapping } from '@cartwright/contracts';
import { meaningOf } from './column-words.ts';
import { mappedFields } from './mapping.policy.ts';
import { yesOrNo } from './yes-or-no.ts';

/** A column of a file, and values of its first rows. */
export interface SampledColumn {
  readonly name: string;
  readonly samples: readonly string[];
}

/** Usual names of columns, the most certain first, in lower case without spaces and signs. */
const usualNames: readonly (readonly [ImportField, ...string[]])[] = [
  ['handle', 'handle', 'urlhandle', 'slug', 'urlkey', 'permalink', 'itemgroupid', 'productid'],
  ['parentSku', 'parentsku', 'parentproductsku', 'parent'],
  ['name', 'name', 'title', 'productname', 'producttitle', 'itemname', 'itemtitle', 'product'],
  ['description', 'description', 'bodyhtml', 'productdescription', 'longdescription', 'body', 'shortdescription', 'details'],
  ['brand', 'brand', 'brandname', 'vendor', 'manufacturer'],
  ['category', 'category', 'categories', 'categoryname', 'productcategory', 'type', 'producttype', 'department'],
  ['tags', 'tags', 'producttags', 'keywords', 'labels'],
  ['status', 'status', 'productstatus'],
  ['published', 'published', 'publishedononlinestore', 'visible', 'productvisible', 'enabled', 'active', 'isactive'],
  ['imageText', 'imagealttext', 'imagealt', 'alttext'],
  ['seoTitle', 'seotitle', 'metatitle', 'pagetitle'],
  ['seoDescription', 'seodescription', 'metadescription'],
  ['option1Name', 'option1name', 'optionname1'],
  ['option2Name', 'option2name', 'optionname2'],
  ['option3Name', 'option3name', 'optionname3'],
  ['sku', 'sku', 'variantsku', 'productsku', 'itemsku', 'productcodesku', 'itemnumber', 'articlenumber', 'partnumber', 'itemcode', 'code'],
  ['barcode', 'barcode', 'variantbarcode', 'gtin', 'ean', 'ean13', 'upc', 'isbn'],
  ['price', 'price', 'variantprice', 'regularprice', 'sellingprice', 'retailprice', 'unitprice', 'listprice'],
  ['compareAtPrice', 'compareatprice', 'variantcompareatprice', 'originalprice', 'msrp', 'rrp', 'wasprice'],
  ['cost', 'cost', 'costprice', 'costperitem', 'unitcost', 'purchaseprice'],
  ['currency', 'currency', 'currencycode'],
  ['stock', 'stock', 'quantity', 'qty', 'inventory', 'inventoryquantity', 'variantinventoryqty', 'stockquantity', 'stocklevel', 'onhand'],
  ['tracked', 'tracked', 'tracking', 'trackstock', 'trackinventory', 'inventorytracking', 'managestock'],
  ['soldOutPolicy', 'soldwhensoldout', 'inventorypolicy', 'continueselling', 'allowbackorders', 'backordersallowed', 'backorders'],
  ['backorderLimit', 'backorderlimit'],
  ['weight', 'weight', 'variantgrams', 'grams', 'weightvaluegrams', 'weightg', 'weightkg', 'weightlb', 'weightlbs', 'weightoz'],
  ['variantImage', 'variantimage', 'variantimageurl'],
  ...productTextNames.map((name) => [name, name.toLowerCase()] as const),
];
const imageName = /^(main|product|additional)?(image|picture|photo)s?(src|url|urls|link|path|file)?\d{0,2}$/;
const optionName =
  /^(option(value)?[123]|option[123]value|size|gr(ö|oe)(ß|ss)e|taille|talla|colou?r|farbe|couleur|flavou?r|scent|strength|style)$/;

const plain = (name: string): string => name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');

/** The fields with one column each: by usual names, then by the words of other names. Removes these columns from those that are left. */
const findFields = (left: Map<string, SampledColumn>): Map<ImportField, SampledColumn> => {
  const found = new Map<ImportField, SampledColumn>();
  const take = (field: ImportField, name: string, column: SampledColumn): void => {
    found.set(field, column);
    left.delete(name);
  };
  for (const [field, ...names] of usualNames) {
    const name = names.find((one) => left.has(one) && suits(field, left.get(one)?.samples ?? []));
    const column = name === undefined ? undefined : left.get(name);
    if (name !== undefined && column) take(field, name, column);
  }
  const takeByWords = (): void => {
    const meant = [...left].flatMap(([key, column]) => {
      const meaning = meaningOf(column.name);
      return meaning ? [{ key, column, ...meaning }] : [];
    });
    for (const { key, column, fields } of meant.toSorted((a, b) => a.place - b.place)) {
      const mayBeCode = fields.length === 1 || column.samples.some((text) => code.test(text));
      const field = fields.find((one) => one !== 'images' && !found.has(one) && suits(one, column.samples) && (one !== 'sku' || mayBeCode));
      if (field) take(field, key, column);
    }
  };
  takeByWords();
  const description = found.get('description');
  if (found.has('name') || !description || !description.samples.every(isShort)) return found;
  // Many programs for stock and accounts call the name of an article its description.
  found.set('name', description);
  found.delete('description');
  takeByWords();
  return found;
};

/** Suggests what the columns of a file mean. */
export const suggestMapping = (columns: readonly SampledColumn[]): ImportMapping => {
  const left = new Map<string, SampledColumn>();
  // Of names that differ in signs only, such as `Price` and `Price %`, the plain one counts, else the first.
  for (const column of columns.filter(({ name }) => name !== ''))
    if (!left.has(plain(column.name)) || column.name.toLowerCase() === plain(column.name)) left.set(plain(column.name), column);
  const found = findFields(left);
  const takeAll = (isMeant: (name: string, column: SampledColumn) => boolean, most: number): SampledColumn[] => {
    const taken = [...left].filter(([name, column]) => isMeant(name, column)).slice(0, most);
    for (const [name] of taken) left.delete(name);
    return taken.map(([, column]) => column);
  };
  const images = takeAll((key, { name }) => imageName.test(key) || meaningOf(name)?.fields[0] === 'images', mostColumns);
  const [option1, option2, option3] = takeAll((key) => optionName.test(key), 3);
  const tags = found.get('tags');
  const own = Object.fromEntries([...found].map(([field, { name }]) => [field, name]));
  return {
    columns: {
      ...own,
      ...(tags && { tags: [tags.name] }),
      ...(images.length > 0 && { images: images.map(({ name }) => name) }),
      ...(option1 && { option1: option1.name }),
      ...(option2 && { option2: option2.name }),
      ...(option3 && { option3: option3.name }),
    },
    ...separatorsOf(tags, images, found.get('category')),
    ...unitOf(found.get('weight')),
  };
};

const words: Partial<Record<ImportField, RegExp>> = {
  status: new RegExp(`^(${productStatuses.join('|')})$`, 'i'),
  published: yesOrNo,
  currency: /^[A-Z]{3}$/,
  price: /\d/,
  compareAtPrice: /\d/,
  cost: /\d/,
  stock: /\d/,
  tracked: yesOrNo,
  soldOutPolicy: yesOrNo,
  weight: /\d/,
};
/** A value that is a code and no name. */
const code = /^(?!.*:\/\/)\S*\d\S*$/;
/** Whether a text can be a name. */
const isShort = (text: string): boolean => text.length <= 120 && !/<\w/.test(text);
/** Whether the values can be those of a field: an unknown word would hide every product. */
const suits = (field: ImportField, samples: readonly string[]): boolean => samples.every((text) => words[field]?.test(text) ?? true);

/** Whether the file has the columns of a mapping, each empty or with a value that can be one of its field. */
export const fits = (mapping: ImportMapping, columns: readonly SampledColumn[]): boolean => {
  const samplesOf = new Map(columns.map(({ name, samples }) => [name, samples]));
  return mappedFields(mapping).every(([field, own]) =>
    own.every((name) => {
      const samples = samplesOf.get(name);
      return samples !== undefined && (samples.length === 0 || samples.some((text) => suits(field, [text])));
    }),
  );
};

/** The separators that the values show. */
const separatorsOf = (
  tags: SampledColumn | undefined,
  images: readonly SampledColumn[],
  category: SampledColumn | undefined,
): Pick<ImportMapping, 'separators'> => {
  const among = (samples: readonly string[] | undefined, signs: readonly string[]): string | undefined =>
    signs.find((sign) => samples?.some((text) => text.includes(sign)));
  const between = images.flatMap(({ samples }) => samples).map((text) => /[,;|\s]+(?=https?:)/.exec(text)?.[0].trim());
  const separators = {
    tags: among(tags?.samples, [';', '|']),
    images: between.find((sign) => sign !== undefined) === '' ? ' ' : between.find((sign) => sign !== undefined),
    categories: among(category?.samples, [';', '|']),
    categoryPath: among(category?.samples, ['>', '/']),
  };
  const given = Object.entries(separators).filter(([, sign]) => sign !== undefined);
  return given.length > 0 ? { separators: Object.fromEntries(given) } : {};
};

const unitOf = (weight: SampledColumn | undefined): Pick<ImportMapping, 'weightUnit'> => {
  const unit = /(kg|lb|oz)s?\W*$/i.exec(weight?.name ?? '')?.[1]?.toLowerCase();
  return unit === 'kg' || unit === 'lb' || unit === 'oz' ? { weightUnit: unit } : {};
};
