/** The texts of a product that are only stored and shown. Each is a column of `products`: without one, the statements do not compile. */
import { eachProductText, productTextNames, type ProductTextName } from '@cartwright/contracts';
import { safeHtml } from './safe-html.ts';

type Texts<T> = Record<ProductTextName, T>;

/** The texts among the fields of a product. */
export const textsOf = (product: Readonly<Texts<string | null>>): Texts<string | null> => eachProductText((name) => product[name]);

/** Values of the given texts, to be written: a description is made safe to show as HTML. */
export const givenTexts = (fields: Readonly<Partial<Texts<string | null | undefined>>>): Partial<Texts<string | null>> =>
  Object.fromEntries(productTextNames.flatMap((name) => (fields[name] === undefined ? [] : [[name, safeText(name, fields[name])]])));

/** A text as it is written: an empty one is none, and a description is made safe to show as HTML. */
export const safeText = <T extends string | null | undefined>(name: ProductTextName, text: T): T | string | null => {
  const safe = name === 'description' ? safeHtml(text) : text;
  return typeof safe === 'string' ? safe.trim() || null : safe;
};

/** Values that remove all texts. */
export const noTexts = eachProductText(() => null);
