/** The mapping of an imported file as staff choose it: what each column becomes. */
import type { ImportField, ImportMapping } from '@cartwright/contracts';
import type { shop } from './shop.ts';

/** The columns of a file, and what they can become. */
export type InspectedFile = Awaited<ReturnType<typeof shop.imports.inspect>>;
/** The field that each column becomes, by the name of the column; others are not imported. */
export type Choices = ReadonlyMap<string, ImportField>;

/** What each column becomes by a mapping. A column with several meanings shows its last one. */
export const choicesOf = ({ columns }: ImportMapping): Choices =>
  new Map(
    (Object.entries(columns) as [ImportField, string | string[]][]).flatMap(([field, given]) =>
      [given].flat().map((column) => [column, field] as const),
    ),
  );

/** The mapping that staff chose, in the order of the columns of the file; what is not about columns stays as it was. */
export const toMapping = (choices: Choices, { columns, fields }: InspectedFile, rest: Omit<ImportMapping, 'columns'>): ImportMapping => {
  const named = fields.flatMap(({ field, isList }) => {
    const own = columns.filter(({ name }) => choices.get(name) === field).map(({ name }) => name);
    return own.length > 0 ? [[field, isList ? own : own[0]] as const] : [];
  });
  return { ...rest, columns: Object.fromEntries(named) };
};

/** What is wrong with the choices: fields that are missing, and columns that become the same as another one. */
export const problemsOf = (choices: Choices, { columns, fields }: InspectedFile) => {
  const of = (field: ImportField) => columns.filter(({ name }) => choices.get(name) === field).map(({ name }) => name);
  return {
    missing: fields.filter(({ field, isRequired }) => isRequired && of(field).length === 0).map(({ label }) => label),
    repeated: new Set(fields.flatMap(({ field, isList }) => (isList || of(field).length < 2 ? [] : of(field)))),
  };
};
