/** Whether a mapping fits the columns of a file. */
import { importFields, requiredImportFields, type ImportField, type ImportMapping } from '@cartwright/contracts';
import { DomainError } from '../kernel/index.ts';
import type { CsvColumns } from './csv.rows.ts';

/** Fields whose column can have no other meaning: numbers, and words that decide about a product. */
const ofOwnColumn: ReadonlySet<ImportField> = new Set([
  'status',
  'published',
  'currency',
  'price',
  'compareAtPrice',
  'cost',
  'stock',
  'tracked',
  'soldOutPolicy',
  'backorderLimit',
  'weight',
  'option1',
  'option2',
  'option3',
]);
/** Fields that any column can become besides its meaning. */
const factFields: ReadonlySet<ImportField> = new Set(['metadata', 'variantMetadata']);
const labels = new Map(importFields.map(({ field, label }) => [field, label]));
const labelOf = (field: ImportField): string => labels.get(field) ?? field;

/** The fields of a mapping, each with its columns. */
export const mappedFields = ({ columns }: ImportMapping): [field: ImportField, columns: string[]][] =>
  (Object.entries(columns) as [ImportField, string | string[] | undefined][]).flatMap(([field, given]) => {
    const names = given === undefined ? [] : [given].flat();
    return names.length > 0 ? [[field, names]] : [];
  });

/** Throws `INVALID_MAPPING` when a mapping has columns that the file lacks, lacks a required one, or gives one two meanings. */
export const assertMapping = ({ names }: CsvColumns, mapping: ImportMapping): void => {
  const mapped = mappedFields(mapping);
  refuse(
    mapped.filter(([, columns]) => columns.some((column) => column === '' || !names.includes(column))),
    (fields, columns) => {
      const missing = columns.filter((column) => !names.includes(column));
      return `The file has no column ${missing.join(', ')}, to which ${fields.join(', ')} is mapped. Its columns are ${names.join(', ')}.`;
    },
  );
  const has = (field: ImportField): boolean => mapped.some(([one]) => one === field);
  const missing = requiredImportFields.filter((field) => !has(field));
  refuse(
    missing.map((field) => [field, []]),
    (fields) => `The mapping has no column for ${fields.join(' and ')}. Every product needs a name, and every variant a price.`,
  );
  for (const [field, needed, why] of needs)
    refuse(has(field) && !has(needed) ? [[field, []]] : [], ([name]) => `${name} needs a column for ${labelOf(needed)}, ${why}.`);
  for (const column of names) {
    const meanings = mapped.filter(([field, columns]) => columns.includes(column) && !factFields.has(field));
    const isShared = meanings.length > 1 && meanings.some(([field]) => ofOwnColumn.has(field));
    refuse(
      isShared ? meanings.map(([field]) => [field, [column]]) : [],
      (fields) => `The column ${column} is mapped to ${fields.join(' and ')}. Map it to one of them.`,
    );
  }
};

/** Fields that mean nothing without another one. */
const needs: readonly (readonly [ImportField, ImportField, why: string])[] = [
  ['parentSku', 'sku', 'which says what product it is'],
  ['option1Name', 'option1', 'which has its values'],
  ['option2Name', 'option2', 'which has its values'],
  ['option3Name', 'option3', 'which has its values'],
  ['imageText', 'images', 'which it describes'],
];

const refuse = (
  found: readonly (readonly [ImportField, readonly string[]])[],
  say: (fields: string[], columns: string[]) => string,
): void => {
  if (found.length === 0) return;
  const [fields, columns] = [found.map(([field]) => field), [...new Set(found.flatMap(([, names]) => names))]];
  const message = say(fields.map(labelOf), columns);
  throw new DomainError('INVALID_MAPPING', message, {
    details: { fields, columns },
    fields: fields.map((field) => ({ path: `mapping.columns.${field}`, message })),
  });
};
