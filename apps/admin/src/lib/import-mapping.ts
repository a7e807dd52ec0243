/** The mapping of an imported file as staff choose it: what each column becomes. */
import type { ImportField, ImportMapping } from '@cartwright/contracts';
import type { shop } from './shop.ts';

/** The columns of a file, and what they can become. */
export type InspectedFile = Pick<Awaited<ReturnType<typeof shop.imports.inspect>>, 'columns' | 'fields'>;
/**
 * The columns of each field, in their order, which is that of the images; fields without a column are not in it. A column can become
 * several fields. While staff choose, a field of one column can have several.
 */
export type Choices = ReadonlyMap<ImportField, readonly string[]>;

/** What the columns become by a mapping. */
export const choicesOf = ({ columns }: ImportMapping): Choices =>
  new Map(
    (Object.entries(columns) as [ImportField, string | string[] | undefined][]).flatMap(([field, given]) => {
      const own = given === undefined ? [] : [given].flat();
      return own.length > 0 ? [[field, own] as const] : [];
    }),
  );

/** The mapping that staff chose; what is not about columns stays as it was. */
export const toMapping = (choices: Choices, { fields }: InspectedFile, rest: Omit<ImportMapping, 'columns'>): ImportMapping => {
  const named = fields.flatMap(({ field, isList }) => {
    const own = choices.get(field);
    return own ? [[field, isList ? [...own] : own[0]] as const] : [];
  });
  return { ...rest, columns: Object.fromEntries(named) };
};

/** The fields that a column becomes, in the order in which people choose them. */
export const meaningsOf = (choices: Choices, column: string, { fields }: InspectedFile): ImportField[] =>
  fields.flatMap(({ field }) => (choices.get(field)?.includes(column) ? [field] : []));

/** `given` and a column, which comes before the first one that follows it in the file. */
const withColumn = (given: readonly string[], column: string, { columns }: InspectedFile): string[] => {
  const placeOf = (name: string): number => columns.findIndex((other) => other.name === name);
  const next = given.findIndex((other) => placeOf(other) > placeOf(column));
  return given.toSpliced(next === -1 ? given.length : next, 0, column);
};

/** One meaning of a column: the field that it becomes instead of another one. Null: it becomes no such field. */
export interface NewMeaning {
  readonly column: string;
  readonly before: ImportField | null;
  readonly after: ImportField | null;
}

/** The choices after one meaning of a column has changed. Its other meanings, and the order of other columns, stay. */
export const withMeaning = (choices: Choices, { column, before, after }: NewMeaning, file: InspectedFile): Choices => {
  const changed = new Map(choices);
  const left = before === null ? [] : (choices.get(before) ?? []).filter((name) => name !== column);
  if (before !== null && left.length > 0) changed.set(before, left);
  else if (before !== null) changed.delete(before);
  const others = after === null ? [] : (changed.get(after) ?? []);
  if (after !== null && !others.includes(column)) changed.set(after, withColumn(others, column, file));
  return changed;
};

/** The columns of the images, if they have another order than in the file. */
export const reorderedImages = (choices: Choices, file: InspectedFile): readonly string[] | null => {
  const own = choices.get('images') ?? [];
  const inFile = file.columns.filter(({ name }) => own.includes(name));
  return inFile.some(({ name }, i) => name !== own[i]) ? own : null;
};

/** What is wrong with the choices: fields that are missing, and fields of one column that have several. */
export const problemsOf = (choices: Choices, { fields }: InspectedFile) => ({
  missing: fields.filter(({ field, isRequired }) => isRequired && !choices.has(field)).map(({ label }) => label),
  repeated: new Set(fields.flatMap(({ field, isList }) => (isList || (choices.get(field)?.length ?? 0) < 2 ? [] : [field]))),
});
