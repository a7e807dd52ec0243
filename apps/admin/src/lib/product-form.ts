/** Values of the product form: finds the changed fields, and merges them with changes that were saved elsewhere. */
import { productTextNames, toDecimal, type CategoryId, type Product, type ProductTextName } from '@cartwright/contracts';
import { amountProblem, toCents } from './format.ts';

export interface ProductValues {
  name: string;
  brand: string;
  status: string;
  tags: string[];
  categoryId: string | null;
  texts: Partial<Record<ProductTextName, string>>;
  /** By variant id. */
  prices: Record<string, number | string>;
}

export const toForm = (p: Product): ProductValues => ({
  name: p.name,
  brand: p.brand ?? '',
  status: p.status,
  tags: [...p.tags],
  categoryId: p.category?.id ?? null,
  texts: Object.fromEntries(productTextNames.map((name) => [name, p[name] ?? ''])),
  prices: Object.fromEntries(p.variants.map((v) => [v.id, toDecimal(v.priceCents, v.currency)])),
});

/** The fields that were changed in this form. Only they are sent, so that changes of others to other fields are kept. */
export const changesOf = (product: Product, values: ProductValues, categoryIsKnown: boolean) => {
  const before = toForm(product);
  const { name, brand, status, tags, categoryId, texts, prices } = values;
  const typed = productTextNames.flatMap((text) => (texts[text] === before.texts[text] ? [] : [[text, texts[text] || null]]));
  const variants = product.variants.flatMap((v) => {
    const typedPrice = prices[v.id];
    const priceCents = typedPrice === undefined ? v.priceCents : toCents(typedPrice, v.currency);
    return priceCents === v.priceCents ? [] : [{ id: v.id, priceCents }];
  });
  return {
    ...(name !== before.name && { name }),
    ...(brand !== before.brand && { brand: brand || null }),
    ...(Object.fromEntries(typed) as Partial<Record<ProductTextName, string | null>>),
    ...(status !== before.status && { status: status as Product['status'] }),
    ...(tags.join('\n') !== before.tags.join('\n') && { tags }),
    ...(categoryIsKnown && categoryId !== before.categoryId && { categoryId: categoryId as CategoryId | null }),
    ...(variants.length > 0 && { variants }),
  };
};

/** Why typed prices cannot be saved, by the fields of the form. */
export const priceProblems = ({ prices }: ProductValues, currency: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(prices).flatMap(([id, price]) => {
      const problem = amountProblem(price, currency);
      return problem === null ? [] : [[`prices.${id}`, problem]];
    }),
  );

/** The form's field of the price at an API path: only the variants with a new price are sent. */
export const priceFieldOf = ({ variants }: ReturnType<typeof changesOf>, path: string): string | undefined => {
  const [, index] = /^variants\.(\d+)\./.exec(path) ?? [];
  const variant = index === undefined ? undefined : variants?.[Number(index)];
  return variant && `prices.${variant.id}`;
};

const fields = ['name', 'brand', 'status', 'tags', 'categoryId'] as const;
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
const clashes = (before: unknown, mine: unknown, theirs: unknown): boolean =>
  !same(before, mine) && !same(before, theirs) && !same(mine, theirs);

/** Merges the entries of `theirs`, see `mergeValues`. */
const mergeEntries = <T>(before: Record<string, T>, mine: Record<string, T>, theirs: Record<string, T>): Record<string, T> | null => {
  if (Object.keys(theirs).some((key) => key in before && clashes(before[key], mine[key], theirs[key]))) return null;
  return Object.fromEntries(
    Object.entries(theirs).map(([key, saved]) => {
      const typed = mine[key];
      return [key, typed === undefined || same(before[key], typed) ? saved : typed];
    }),
  );
};

/**
 * Merges the typed values (`mine`) with the saved values (`theirs`): fields that were not changed here take the saved values.
 * Null when both changed the same field to different values; then the user must decide.
 */
export const mergeValues = (before: ProductValues, mine: ProductValues, theirs: ProductValues): ProductValues | null => {
  if (fields.some((field) => clashes(before[field], mine[field], theirs[field]))) return null;
  const texts = mergeEntries(before.texts, mine.texts, theirs.texts);
  const prices = mergeEntries(before.prices, mine.prices, theirs.prices);
  if (!texts || !prices) return null;
  const touched = Object.fromEntries(fields.flatMap((field) => (same(before[field], mine[field]) ? [] : [[field, mine[field]]])));
  return { ...theirs, ...touched, texts, prices };
};
