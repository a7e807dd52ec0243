/** The rows of a CSV file with any of the usual separators and line ends. */
import { zeroByteMark, type ImportDecimalSign } from '@cartwright/contracts';
import { DomainError, revealFormulas } from '../kernel/index.ts';
import { breaksIn, createRowParser, type ParsedRow } from './csv.parser.ts';

/** A file in chunks, from its start. */
export type CsvFile = () => AsyncIterable<string> | Iterable<string>;
/** The columns of a file, and what separates its cells. */
export interface CsvColumns {
  readonly delimiter: string;
  readonly names: readonly string[];
  /** The sign that begins the decimals of its numbers, if staff said so. */
  readonly decimalSign?: ImportDecimalSign | null;
}
/** The header of a file, and where its first row begins. */
export interface CsvHeader extends CsvColumns {
  /** The last line of the header. */
  readonly line: number;
  /** The number of characters of the file up to its first row. */
  readonly length: number;
}
/** A row of a file as texts, one for each cell. */
export interface CsvRow extends RowRemarks {
  /** The line where the row ends, as an editor counts. */
  readonly line: number;
  readonly cells: readonly string[];
}
/** What is said of a row before its columns mean anything. */
export interface RowRemarks {
  /** Why it cannot be imported. */
  readonly refusals?: readonly string[] | undefined;
  /** What is left out of it, or changed. */
  readonly notes?: readonly string[] | undefined;
}

/** Presents a text as a file. */
export const toCsvFile =
  (text: string): CsvFile =>
  () => [text];

const delimiters = [',', ';', '\t'] as const;
/** The most characters of a row, and the most columns of a file. */
const most = { characters: 1_000_000, columns: 2_000 } as const;

/** The first characters of .xlsx and .ods files, and of .xls files as text. */
const isWorkbook = /^(?:PK\u0003\u0004|[\u00D0\uFFFD][\u00CF\uFFFD]\u0011)/;

/** A header in the text that begins a file; null when more text is needed. */
const findHeader = (start: string, isWhole: boolean): CsvHeader | null => {
  if (isWorkbook.test(start)) throw invalid('This is a workbook of a spreadsheet program. Save it as “CSV UTF-8”, and send that file.');
  const [before = ''] = /^\uFEFF?[\r\n]*/.exec(start) ?? [];
  const [line = ''] = /^[^\r\n]*/.exec(start.slice(before.length)) ?? [];
  if (!isWhole && before.length + line.length === start.length) return null;
  if (line.trim() === '') throw emptyFile();
  const count = (delimiter: string) => line.split(delimiter).length;
  const delimiter = delimiters.toSorted((a, b) => count(b) - count(a))[0] ?? ',';
  const row = createRowParser(delimiter)(start, before.length, isWhole);
  if (!row) return null;
  const names = row.cells.map((name) => revealFormulas(name.replaceAll(zeroByteMark, '').trim()));
  if (row.fault) throw invalid(`The first line of the file cannot be read. ${faultOf(row, names)}`);
  return { line: 1 + breaksIn(before) + row.breaks, length: row.end, delimiter, names };
};

/**
 * Reads the header line; the separator is the most frequent one in it. Throws `INVALID_CSV` for an empty file, a file in another encoding,
 * too many columns, or two of one name.
 */
export const readHeader = async (file: CsvFile): Promise<CsvHeader> => {
  let start = '';
  let header: CsvHeader | null = null;
  for await (const chunk of file()) {
    start += chunk;
    header = findHeader(start, false);
    if (header) break;
    if (start.length > most.characters) throw tooLong(1);
  }
  refuseEncoding(start);
  header ??= findHeader(start, true);
  if (!header) throw emptyFile();
  if (header.length > most.characters) throw tooLong(1);
  const { names } = header;
  if (names.length > most.columns)
    throw invalid(`The file has ${names.length} columns, and at most ${most.columns} can be read. Leave some of them out.`);
  const seen = new Set<string>();
  for (const name of names) {
    if (name !== '' && seen.has(name))
      throw new DomainError('INVALID_CSV', `The column ${name} appears twice in the file.`, { details: { columns: [name] } });
    seen.add(name);
  }
  return header;
};

/** Text of two bytes a character that was read as one byte a character has a zero byte behind or before each letter. */
const refuseEncoding = (start: string): void => {
  const begin = start.slice(0, 1_000);
  // A picture has other controls as well.
  if (begin.split(zeroByteMark).length - 1 > begin.length / 4 && !/[\u0001-\u0008\u000E-\u001F]/.test(begin))
    throw invalid('The file is in the encoding UTF-16. Save it as CSV UTF-8, or upload it in the admin, which reads it.');
};

const invalid = (message: string): DomainError => new DomainError('INVALID_CSV', message);

/** The error for a file without a product, `INVALID_CSV`. */
export const emptyFile = (): DomainError =>
  invalid('The file contains no products. Choose a CSV file with a header and a row for each variant.');

const tooLong = (line: number): DomainError =>
  invalid(
    `The row that begins in line ${line} has more than ${most.characters} characters. ` +
      'Check that the file is a CSV file, and shorten the row.',
  );

/** What is wrong with the quotes of a row, and what to do. */
const faultOf = ({ cells, fault }: ParsedRow, names: readonly string[]): string => {
  if (!fault) return '';
  const column = names[fault.index] || `Column ${fault.index + 1}`;
  return fault.kind === 'unclosed'
    ? `${column} begins with a quote, and none ends it. Write one at the end of the cell, or remove the first.`
    : `${column} has text behind the quote that ends it: ${excerptOf(cells[fault.index] ?? '')}. Write each quote within the cell twice.`;
};
const excerptOf = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text);

/** A row without zero bytes, and what is said of it. */
const toRow = (row: ParsedRow, line: number, names: readonly string[]): CsvRow => {
  const isCutShort = row.isLast && row.cells.length < names.length;
  const hasZeroBytes = row.cells.some((cell) => cell.includes(zeroByteMark));
  const cells = hasZeroBytes ? row.cells.map((cell) => cell.replaceAll(zeroByteMark, '')) : row.cells;
  const quoted = row.strayQuotes.map((index) => names[index] || `column ${index + 1}`);
  const notes = [
    ...(hasZeroBytes ? ['The row has zero bytes, which are left out.'] : []),
    ...(quoted.length > 0 ? [`A quote is taken as a part of the text: ${quoted.join(', ')}.`] : []),
  ];
  return {
    cells,
    line,
    ...(row.fault && { refusals: [faultOf(row, names)] }),
    ...(isCutShort &&
      !row.fault && {
        refusals: [`The file ends within this row, which has ${row.cells.length} of ${names.length} cells. Check that the file is whole.`],
      }),
    ...(notes.length > 0 && { notes }),
  };
};

/**
 * Parses the rows; only a few are in memory at a time. Empty rows are skipped. A row with quotes that cannot be read ends with its line,
 * and is refused. Throws `INVALID_CSV` for a row that is too long.
 */
export const readRows = async function* (file: CsvFile, header: CsvHeader): AsyncGenerator<CsvRow, void, undefined> {
  const parse = createRowParser(header.delimiter);
  let [text, at, left, line] = ['', 0, header.length, header.line];
  const rowsSoFar = function* (isWhole: boolean): Generator<CsvRow, void, undefined> {
    while (at < text.length) {
      const row = parse(text, at, isWhole || text.length - at > most.characters);
      if (!row) return;
      if (row.end - at > most.characters) throw tooLong(line + 1);
      at = row.end;
      line += 1 + row.breaks;
      if (row.cells.some((cell) => cell.trim() !== '')) yield toRow(row, line, header.names);
    }
  };
  for await (const part of file()) {
    if (left < part.length) {
      text = text.slice(at) + part.slice(left);
      at = 0;
      yield* rowsSoFar(false);
    }
    left = Math.max(0, left - part.length);
  }
  yield* rowsSoFar(true);
};
