/** The rows of a CSV file with any of the usual separators and line ends. */
import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { parse as parseLine } from 'csv-parse/sync';
import { DomainError, revealFormulas } from '../kernel/index.ts';
import { textSlices } from './text-slices.ts';

/** A file in chunks, from its start. */
export type CsvFile = () => AsyncIterable<string> | Iterable<string>;
/** The columns of a file, and what separates its cells. */
export interface CsvColumns {
  readonly delimiter: string;
  readonly names: readonly string[];
}
/** The header of a file, and where its first row begins. */
export interface CsvHeader extends CsvColumns {
  /** The line of the header. */
  readonly line: number;
  /** The number of characters of the file up to its first row. */
  readonly length: number;
}
/** A row of a file as texts, one for each cell. */
export interface CsvRow {
  /** The line where the row ends, as an editor counts. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** Presents a text as a file. */
export const toCsvFile =
  (text: string): CsvFile =>
  () => [text];

const delimiters = [',', ';', '\t'] as const;
const longestHeader = 65_536;

/** The start of a file, long enough to contain its first line. */
const readStart = async (file: CsvFile): Promise<string> => {
  let start = '';
  for await (const chunk of file()) {
    start += chunk;
    // A carriage return at the very end may be the first half of a line end.
    if (/[^\r\n\uFEFF][\r\n]+[^\r\n]/.test(start) || start.length > longestHeader) break;
  }
  return start;
};

/** Reads the header line; the separator is the most frequent one in it. Throws `INVALID_CSV` for an empty file or a duplicate column. */
export const readHeader = async (file: CsvFile): Promise<CsvHeader> => {
  const [whole = '', before = '', line = ''] = /^(\uFEFF?[\r\n]*)([^\r\n]*)(?:\r\n|\r|\n|$)/.exec(await readStart(file)) ?? [];
  if (line.trim() === '') throw emptyFile();
  const count = (delimiter: string) => line.split(delimiter).length;
  const delimiter = delimiters.toSorted((a, b) => count(b) - count(a))[0] ?? ',';
  const names = cellsOf(line, delimiter).map((name) => revealFormulas(name.trim()));
  for (const [index, name] of names.entries())
    if (name !== '' && names.indexOf(name) !== index)
      throw new DomainError('INVALID_CSV', `The column ${name} appears twice in the file.`, { details: { columns: [name] } });
  return { line: 1 + breaksIn(before), length: whole.length, delimiter, names };
};

const cellsOf = (line: string, delimiter: string): string[] => {
  try {
    return parseLine(line, { delimiter })[0] ?? [];
  } catch (error) {
    throw unreadable(error, 0);
  }
};

/** The error for a file without a product, `INVALID_CSV`. */
export const emptyFile = (): DomainError =>
  new DomainError('INVALID_CSV', 'The file contains no products. Choose a CSV file with a header and a row for each variant.');

/** The error of the parser with the line in the file, because the parser counts from where it began. */
const unreadable = (error: unknown, before: number): unknown =>
  error instanceof CsvError
    ? new DomainError(
        'INVALID_CSV',
        `The file is not valid CSV: ${error.message.replace(/ line (\d+)/, (_, line) => ` line ${Number(line) + before}`)}`,
        { cause: error },
      )
    : error;

const breaksIn = (text: string): number => (/[\r\n]/.test(text) ? (text.match(/\r\n|\r|\n/g)?.length ?? 0) : 0);

/** The parser turns a whole slice into rows that wait in memory, so slices are small. */
const sliceSize = 8_192;

/** The text after its first characters, in slices of a few dozen rows each, because a whole chunk of a file would be thousands. */
const inSlices = async function* (file: CsvFile, skipped: number): AsyncGenerator<string, void, undefined> {
  let left = skipped;
  for await (const part of file()) {
    if (left < part.length) yield* textSlices(part.slice(left), sliceSize);
    left = Math.max(0, left - part.length);
  }
};

interface Parsed {
  readonly record: string[];
  readonly info: { readonly empty_lines: number };
}

/** Parses the rows; only a few are in memory at a time. Empty rows are skipped. Throws `INVALID_CSV`. */
export const readRows = async function* (file: CsvFile, header: CsvHeader): AsyncGenerator<CsvRow, void, undefined> {
  const { delimiter } = header;
  const source = Readable.from(inSlices(file, header.length));
  const parser = parse({
    delimiter,
    info: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    skip_empty_lines: true,
    relax_column_count: true,
    max_record_size: 1_000_000,
  });
  source.on('error', (error) => parser.destroy(error));
  let lines = header.line;
  try {
    for await (const row of source.pipe(parser)) {
      const { record: cells, info } = row as Parsed;
      // The parser counts a line end of two characters inside quotes twice.
      lines += 1 + cells.reduce((n, cell) => n + breaksIn(cell), 0);
      if (cells.some((cell) => cell.trim() !== '')) yield { cells, line: lines + info.empty_lines };
    }
  } catch (error) {
    throw unreadable(error, header.line);
  } finally {
    source.destroy();
    parser.destroy();
  }
};
