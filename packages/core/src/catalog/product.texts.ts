/** The columns of the texts of a product: those that are only stored and shown. */
import { productTextNames, type ProductTextName } from '@cartwright/contracts';
import type { Database } from '@cartwright/db';
import { sql } from 'kysely';

type SnakeCase<T extends string> = T extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${SnakeCase<Rest>}`
  : T;
type Column = SnakeCase<ProductTextName>;

/** Does not compile while a text of the contract has no column in the entity. */
const columnOf = (name: ProductTextName): Column & keyof Database['products'] =>
  name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) as Column;

/** The texts among the fields of a product. */
export const textsOf = (product: Readonly<Record<ProductTextName, string | null>>): Record<ProductTextName, string | null> =>
  Object.fromEntries(productTextNames.map((name) => [name, product[name]])) as Record<ProductTextName, string | null>;

/** Values of the columns of the given texts. */
export const textColumns = (
  fields: Readonly<Partial<Record<ProductTextName, string | null | undefined>>>,
): Partial<Record<Column, string | null>> =>
  Object.fromEntries(productTextNames.flatMap((name) => (fields[name] === undefined ? [] : [[columnOf(name), fields[name]]])));

/** SQL: the texts of `products p` under the names of the contract. */
export const selectedTexts = sql.join(productTextNames.map((name) => sql`${sql.ref(`p.${columnOf(name)}`)} as ${sql.ref(name)}`));

/** SQL: removes all texts. */
export const noTexts = sql.join(productTextNames.map((name) => sql`${sql.ref(columnOf(name))} = null`));
