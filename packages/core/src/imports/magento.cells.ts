/** Cells of Magento that hold several values: attributes, variations and categories. */
import { splitList } from './csv.lists.ts';

/** Pairs of a code and a value, separated by commas that may also be within a value: `size=S,care=Wash, dry`. */
export const pairsIn = (text: string): (readonly [code: string, value: string])[] =>
  text
    .split(/,(?=\s*"?[\w-]+=)/)
    .map((pair) =>
      pair
        .trim()
        .replace(/^"([\s\S]*)"$/, '$1')
        .replaceAll('""', '"'),
    )
    .flatMap((pair) => {
      const at = pair.indexOf('=');
      return at > 0 ? [[pair.slice(0, at).trim(), pair.slice(at + 1).trim()] as const] : [];
    });

/** A variant, as its configurable product names it. */
export interface Variation {
  readonly sku: string;
  /** The values of its attributes, by their codes. */
  readonly values: ReadonlyMap<string, string>;
}

/** The variations in a cell: `sku=T-S,size=S|sku=T-M,size=M`. */
export const variationsIn = (text: string): Variation[] =>
  text.split('|').flatMap((part) => {
    const { sku, ...values } = Object.fromEntries(pairsIn(part));
    return sku ? [{ sku, values: new Map(Object.entries(values)) }] : [];
  });

/** The deepest category, without the root of the tree. The file lists the categories above it, too. */
export const deepestCategory = (categories: string): { readonly path: string[]; readonly others: string[] } => {
  const paths = splitList(categories);
  const depthOf = (path: string) => path.split('/').length;
  const deepest = paths.reduce((best, path) => (depthOf(path) > depthOf(best) ? path : best), paths[0] ?? '');
  return {
    path: deepest
      .split('/')
      .slice(depthOf(deepest) > 1 ? 1 : 0)
      .map((name) => name.trim()),
    others: paths.filter((path) => path !== deepest && !deepest.startsWith(`${path}/`)),
  };
};
