/** The texts of a product that are only stored and shown. Each is a column of `products`: without one, the statements do not compile. */
import { productTextNames, type ProductTextName } from '@cartwright/contracts';

type Texts<T> = Record<ProductTextName, T>;

/** The texts among the fields of a product. */
export const textsOf = (product: Readonly<Texts<string | null>>): Texts<string | null> =>
  Object.fromEntries(productTextNames.map((name) => [name, product[name]])) as Texts<string | null>;

/** Values of the given texts. */
export const givenTexts = (fields: Readonly<Partial<Texts<string | null | undefined>>>): Partial<Texts<string | null>> =>
  Object.fromEntries(productTextNames.flatMap((name) => (fields[name] === undefined ? [] : [[name, fields[name]]])));

/** Values that remove all texts. */
export const noTexts = Object.fromEntries(productTextNames.map((name) => [name, null])) as Texts<null>;

/** A value for each text. */
export const eachText = <T>(valueOf: (name: ProductTextName) => T): Texts<T> =>
  Object.fromEntries(productTextNames.map((name) => [name, valueOf(name)])) as Texts<T>;
