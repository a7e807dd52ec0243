/** The columns of an uploaded file, with values, for a person to choose what they mean. */
import { importFields, type ImportMapping, type ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { requireScope, storableText, type Actor, type Core } from '../kernel/index.ts';
import { textAt } from './csv.cells.ts';
import { reasonsColumn } from './csv.layout.ts';
import { readHeader, readRows, type CsvFile, type CsvHeader } from './csv.rows.ts';
import { importFile, readEarlierMappings, readImport } from './import.records.ts';
import { mappedFields } from './mapping.policy.ts';
import { formatOf } from './read-product-file.ts';
import { fits, suggestMapping, type SampledColumn } from './suggested-mapping.ts';
import { noFile, startedBefore } from './upload-import.ts';

type C = ShopContract['imports'];

/**
 * The columns of a file with values of its first rows, its format, and what the columns probably mean. Throws `NOT_FOUND`,
 * `IMPORT_INCOMPLETE` before the first chunk is uploaded, `IMPORT_ENDED` when the file was deleted, and `INVALID_CSV`.
 */
export const inspectImport = async (
  core: Core,
  actor: Actor,
  { id }: z.output<C['inspect']['input']>,
): Promise<z.output<C['inspect']['output']>> => {
  requireScope(actor, 'catalog:write');
  const { status } = await readImport(core, id);
  const file = importFile(core, id);
  if (!(await hasText(file))) throw status === 'uploading' ? noFile() : startedBefore(status);
  const header = await readHeader(file);
  const columns = await sampleColumns(file, header);
  const suggestion = suggestMapping(columns);
  return {
    format: formatOf(header),
    columns: columns.map(({ name, samples }) => ({ name, samples: [...samples] })),
    suggestion: (await findEarlierMapping(core, columns, suggestion)) ?? suggestion,
    fields: importFields,
  };
};

/**
 * The mapping of the latest import that fits the columns and values of this file: of one with the same columns, such as the file that the
 * supplier sent before or that of the rows that failed; else of one that uses no fewer columns than the file's own suggestion.
 */
const findEarlierMapping = async (core: Core, columns: readonly SampledColumn[], own: ImportMapping): Promise<ImportMapping | null> => {
  const fitting = (await readEarlierMappings(core, mostEarlier)).filter(({ mapping }) => fits(mapping, columns));
  const names = namesOf(columns.map(({ name }) => name));
  const same = fitting.find(({ header }) => header !== null && namesOf(header.names) === names);
  const whole = fitting.find(({ mapping }) => columnCount(mapping) >= columnCount(own));
  return (same ?? whole)?.mapping ?? null;
};
const mostEarlier = 20;

const namesOf = (names: readonly string[]): string =>
  JSON.stringify(names.filter((name) => name.toLowerCase() !== reasonsColumn).toSorted());
const columnCount = (mapping: ImportMapping): number => new Set(mappedFields(mapping).flatMap(([, columns]) => columns)).size;

const hasText = async (file: CsvFile): Promise<boolean> => {
  for await (const text of file()) return text !== '';
  return false;
};

const read = { rows: 20, samples: 3, characters: 200 } as const;

/** The columns of a file, each with different values of its first rows. */
const sampleColumns = async (file: CsvFile, header: CsvHeader): Promise<SampledColumn[]> => {
  const samples = header.names.map(() => new Set<string>());
  let rows = 0;
  for await (const row of readRows(file, header)) {
    for (const [index, seen] of samples.entries()) {
      const text = textAt(row, index);
      if (text !== '' && seen.size < read.samples) seen.add(storableText(text, read.characters));
    }
    rows += 1;
    if (rows === read.rows) break;
  }
  return header.names.map((name, index) => ({ name, samples: [...(samples[index] ?? [])] }));
};
