/** The rows of a CSV file with any of the usual separators and line ends, read from the start or from a given position. */
import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { parse as parseLine } from 'csv-parse/sync';
import { DomainError } from '../kernel/index.ts';
import { textSlices } from './text-slices.ts';

/** A file from its byte `from` on, in pieces; `from` is a character boundary. */
export type CsvFile = (from: number) => AsyncIterable<string> | Iterable<string>;
/** The position of a reader: after this line, which ends at this byte. */
export interface CsvPlace {
  readonly line: number;
  readonly byte: number;
}
export interface CsvHeader extends CsvPlace {
  readonly delimiter: string;
  readonly columns: ReadonlyMap<string, number>;
  /** The number of cells that a row may have. */
  readonly width: number;
}
export interface CsvRow extends CsvPlace {
  readonly cells: readonly string[];
}

/** Presents a text as a file. */
export const toCsvFile =
  (text: string): CsvFile =>
  (from) => [from === 0 ? text : Buffer.from(text).subarray(from).toString()];

const delimiters = [',', ';', '\t'] as const;
const longestHeader = 65_536;

/** The start of a file, long enough to contain its first line. */
const readStart = async (file: CsvFile): Promise<string> => {
  let start = '';
  for await (const part of file(0)) {
    start += part;
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
  const names = cellsOf(line, delimiter).map((name) => name.trim());
  const columns = new Map<string, number>();
  for (const [index, name] of names.entries()) {
    if (columns.has(name) && name !== '')
      throw new DomainError('INVALID_CSV', `The column ${name} appears twice in the file.`, { details: { columns: [name] } });
    columns.set(name, index);
  }
  return { line: 1 + breaksIn(before), byte: Buffer.byteLength(whole), delimiter, columns, width: names.length };
};

const cellsOf = (line: string, delimiter: string): string[] => {
  try {
    return parseLine(line, { delimiter })[0] ?? [];
  } catch (error) {
    throw unreadable(error, 0);
  }
};

/** The error for a file without a product, `INVALID_CSV`. */
export const emptyFile = (): DomainError => new DomainError('INVALID_CSV', 'The file contains no products.');

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

/** A text in slices of a few dozen rows each, because a whole piece of a file would be thousands. */
const inSlices = async function* (text: AsyncIterable<string> | Iterable<string>): AsyncGenerator<string, void, undefined> {
  for await (const part of text) yield* textSlices(part, sliceSize);
};

interface Parsed {
  readonly record: string[];
  readonly info: { readonly bytes: number; readonly empty_lines: number };
}

/** Parses the rows after a position; only a few are in memory at a time. Empty rows are skipped. Throws `INVALID_CSV`. */
export const readRows = async function* (file: CsvFile, { delimiter }: CsvHeader, from: CsvPlace): AsyncGenerator<CsvRow, void, undefined> {
  const source = Readable.from(inSlices(file(from.byte)));
  const parser = parse({
    delimiter,
    info: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    skip_empty_lines: true,
    relax_column_count: true,
    max_record_size: 1_000_000,
  });
  source.on('error', (error) => parser.destroy(error));
  let lines = from.line;
  try {
    for await (const row of source.pipe(parser)) {
      const { record: cells, info } = row as Parsed;
      // The parser counts a line end of two characters inside quotes twice.
      lines += 1 + cells.reduce((n, cell) => n + breaksIn(cell), 0);
      if (cells.some((cell) => cell.trim() !== '')) yield { cells, line: lines + info.empty_lines, byte: from.byte + info.bytes };
    }
  } catch (error) {
    throw unreadable(error, from.line);
  } finally {
    source.destroy();
    parser.destroy();
  }
};
