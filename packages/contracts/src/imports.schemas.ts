/** What the columns of a product file mean: the fields that a column can become, and how the cells of a file are written. */
import { z } from 'zod';
import { text } from './common.ts';
import { currency } from './currency.ts';
import { mostOfProduct, productStatus, productTextInWords, productTextNames, type ProductTextName } from './product.schemas.ts';

/** The formats that are recognised by their columns. */
export const importFormats = ['shopify', 'woocommerce', 'magento', 'bigcommerce'] as const;
export type ImportFormat = (typeof importFormats)[number];

/** Units in which a file may give weights. */
export const importWeightUnits = ['g', 'kg', 'oz', 'lb'] as const;

/** The signs that may begin the decimals of a number in a file. */
export const importDecimalSigns = ['comma', 'point'] as const;
export type ImportDecimalSign = (typeof importDecimalSigns)[number];

/** The most columns of one field. */
export const mostColumns = 100;

/** A field of one column. */
const column = <T extends z.ZodType<string>>(name: T, title: string, description: string) => name.optional().meta({ title, description });
/** A field of several columns. */
const columns = <T extends z.ZodType<string>>(name: T, title: string, description: string) =>
  z.array(name).max(mostColumns).optional().meta({ title, description });

/** The texts of a product with words of their own below. */
const describedTexts = ['description', 'seoTitle', 'seoDescription'] as const satisfies readonly ProductTextName[];
/** The column of each other text of a product, under its name. */
const otherTexts = <T extends z.ZodType<string>>(one: T) => {
  const others = productTextNames.filter((name) => !describedTexts.some((described) => described === name));
  return Object.fromEntries(
    others.map((name) => [name, column(one, productTextInWords(name), `${productTextInWords(name)} of the product`)]),
  ) as Record<Exclude<ProductTextName, (typeof describedTexts)[number]>, z.ZodOptional<T>>;
};

/** The column of each field; a list for a field that takes several. */
const mappedColumns = <T extends z.ZodType<string>>(one: T) =>
  z.strictObject({
    handle: column(one, 'Handle', 'What identifies the product, in each of its rows'),
    parentSku: column(
      one,
      'SKU of the parent',
      'In the row of a variant, the SKU of the product that it belongs to; empty in the row of the product',
    ),
    name: column(one, 'Name', 'Name of the product'),
    description: column(one, 'Description', 'Description of the product, as HTML or text'),
    brand: column(one, 'Brand', 'Brand of the product'),
    category: column(one, 'Category', 'Name of the category of the product'),
    tags: columns(one, 'Tags', 'Tags of the product'),
    status: column(one, 'Status', 'Status of the product: active, draft, unlisted or archived'),
    published: column(one, 'Published', 'Whether the product is on sale: TRUE or FALSE, yes or no, 1 or 0'),
    images: columns(one, 'Images', 'Addresses of the images of the product, in their order'),
    imageText: column(one, 'Image text', 'Text for those who cannot see the first image of the row'),
    seoTitle: column(one, 'Title for search engines', 'Title that search engines show'),
    seoDescription: column(one, 'Description for search engines', 'Description that search engines show'),
    ...otherTexts(one),
    metadata: columns(one, 'Metadata of the product', 'Facts of the product, each under the name of its column'),
    option1: column(one, 'Option 1', 'First option of the variant, such as its size'),
    option1Name: column(one, 'Name of option 1', 'Name of the first option; without it, the column of its values has the name'),
    option2: column(one, 'Option 2', 'Second option of the variant'),
    option2Name: column(one, 'Name of option 2', 'Name of the second option; without it, the column of its values has the name'),
    option3: column(one, 'Option 3', 'Third option of the variant'),
    option3Name: column(one, 'Name of option 3', 'Name of the third option; without it, the column of its values has the name'),
    sku: column(one, 'SKU', 'SKU of the variant'),
    barcode: column(one, 'Barcode', 'Barcode of the variant'),
    price: column(one, 'Price', 'Price of the variant'),
    compareAtPrice: column(one, 'Compare-at price', 'Earlier price of the variant, above its price'),
    cost: column(one, 'Cost', 'What the shop pays for a unit of the variant; only staff see it'),
    currency: column(one, 'Currency', "ISO 4217 code of the prices; without it, the shop's currency"),
    stock: column(one, 'Stock', 'Units on hand'),
    tracked: column(one, 'Tracked', 'Whether the units of the variant are counted: TRUE or FALSE, yes or no, 1 or 0'),
    soldOutPolicy: column(one, 'Sold when sold out', 'Whether the variant is sold without units: continue or deny, yes or no, 1 or 0'),
    backorderLimit: column(one, 'Backorder limit', 'Units that may be sold before they arrive'),
    weight: column(one, 'Weight', 'Weight of the variant'),
    variantImage: column(one, 'Image of the variant', 'Address of the image of the variant'),
    variantMetadata: columns(one, 'Metadata of the variant', 'Facts of the variant, each under the name of its column'),
  });

const separator = z
  .string()
  .min(1)
  .max(5)
  .refine((characters) => !characters.includes('\0') && characters.isWellFormed(), 'must not contain NUL or half a character');

/** A mapping whose texts follow these rules. */
const mappingOf = <T extends z.ZodType<string>>(rules: { readonly column: T; readonly separator: T; readonly name: T }) =>
  z.strictObject({
    /** The column of each field, by its name in the first line of the file. `name` and `price` are required. */
    columns: mappedColumns(rules.column),
    /** Values of all products and variants of the file, for fields without a column. */
    constants: z
      .strictObject({
        /** Status of the products. */
        status: productStatus.optional(),
        /** Currency of the prices. */
        currency: currency.optional(),
        /** Brand of the products. */
        brand: rules.name.optional(),
        /** Name of the category of the products. */
        category: rules.name.optional(),
        /** Tags of the products. */
        tags: z.array(rules.name).max(mostOfProduct.tags).optional(),
        /** Whether the units of the variants are counted. */
        tracked: z.boolean().optional(),
        /** Whether the variants are sold when they are sold out: with `true` up to 10,000 units. */
        soldWhenSoldOut: z.boolean().optional(),
      })
      .optional(),
    /** What separates the values in a cell. */
    separators: z
      .strictObject({
        /** Between tags; default: a comma. */
        tags: rules.separator.optional(),
        /** Between addresses of images; default: a cell has one address. */
        images: rules.separator.optional(),
        /** Between categories, of which the first is imported; default: a cell has one category. */
        categories: rules.separator.optional(),
        /** Between a category and those below it, of which the last is imported: `>` in `Clothes > Tees`. */
        categoryPath: rules.separator.optional(),
      })
      .optional(),
    /** Unit of the column of weights; default `g`. */
    weightUnit: z.enum(importWeightUnits).optional(),
  });

export const importMappingSchema = mappingOf({ column: text(1_000), separator, name: text(100) }).meta({ id: 'ImportMapping' });
/** A mapping in an answer: whatever is stored. */
export const storedMappingSchema = mappingOf({ column: z.string(), separator: z.string(), name: z.string() }).meta({
  id: 'StoredImportMapping',
});
/** What the columns of a product file mean. */
export type ImportMapping = z.infer<typeof importMappingSchema>;
const fields = importMappingSchema.shape.columns.shape;
/** A field of a product or variant that a column can become. */
export type ImportField = keyof typeof fields;

/** Fields that every file needs. */
export const requiredImportFields = ['name', 'price'] as const satisfies readonly ImportField[];

/** The fields that a column can become, in the order in which people choose them. */
export const importFields = Object.entries(fields).map(([field, schema]) => {
  const { title = '', description = '' } = schema.meta() ?? {};
  return {
    field: field as ImportField,
    label: title,
    meaning: description,
    isRequired: (requiredImportFields as readonly string[]).includes(field),
    isList: schema.unwrap() instanceof z.ZodArray,
  };
});

/** Names of `importFields`. */
export const importField = z.enum(Object.keys(fields) as [ImportField, ...ImportField[]]);
