/** Values of the product form: finds the changed fields, and merges them with changes that were saved elsewhere. */
import type { CategoryId, Product } from '@cartwright/contracts';
import { toAmount, toCents } from './format.ts';

export interface ProductValues {
  name: string;
  brand: string;
  description: string;
  status: string;
  tags: string[];
  categoryId: string | null;
  /** By variant id. */
  prices: Record<string, number | string>;
}

export const toForm = (p: Product): ProductValues => ({
  name: p.name,
  brand: p.brand ?? '',
  description: p.description ?? '',
  status: p.status,
  tags: [...p.tags],
  categoryId: p.category?.id ?? null,
  prices: Object.fromEntries(p.variants.map((v) => [v.id, toAmount(v.priceCents, v.currency)])),
});

/** The fields that were changed in this form. Only they are sent, so that changes of others to other fields are kept. */
export const changesOf = (product: Product, values: ProductValues, categoryIsKnown: boolean) => {
  const before = toForm(product);
  const { name, brand, description, status, tags, categoryId, prices } = values;
  const variants = product.variants.flatMap((v) => {
    const priceCents = toCents(prices[v.id] ?? 0, v.currency);
    return priceCents === v.priceCents ? [] : [{ id: v.id, priceCents }];
  });
  return {
    ...(name !== before.name && { name }),
    ...(brand !== before.brand && { brand: brand || null }),
    ...(description !== before.description && { description: description || null }),
    ...(status !== before.status && { status: status as Product['status'] }),
    ...(tags.join('\n') !== before.tags.join('\n') && { tags }),
    ...(categoryIsKnown && categoryId !== before.categoryId && { categoryId: categoryId as CategoryId | null }),
    ...(variants.length > 0 && { variants }),
  };
};

const fields = ['name', 'brand', 'description', 'status', 'tags', 'categoryId'] as const;
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/**
 * Merges the typed values (`mine`) with the saved values (`theirs`): fields that were not changed here take the saved values.
 * Null when both changed the same field to different values; then the user must decide.
 */
export const mergeValues = (before: ProductValues, mine: ProductValues, theirs: ProductValues): ProductValues | null => {
  const clashes = (a: unknown, b: unknown, c: unknown): boolean => !same(a, b) && !same(a, c) && !same(b, c);
  if (fields.some((field) => clashes(before[field], mine[field], theirs[field]))) return null;
  if (Object.keys(theirs.prices).some((id) => id in before.prices && clashes(before.prices[id], mine.prices[id], theirs.prices[id])))
    return null;
  const touched = Object.fromEntries(fields.flatMap((field) => (same(before[field], mine[field]) ? [] : [[field, mine[field]]])));
  const prices = Object.entries(theirs.prices).map(([id, price]) => {
    const typed = mine.prices[id];
    return [id, typed === undefined || same(before.prices[id], typed) ? price : typed];
  });
  return { ...theirs, ...touched, prices: Object.fromEntries(prices) as ProductValues['prices'] };
};
