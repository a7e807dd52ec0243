/** The cells of a row as texts, the rules that every text of a file follows, and what a problem in a row is. */
import { nameText, type ErrorCode } from '@cartwright/contracts';
import { revealFormulas } from '../kernel/index.ts';
import type { CsvHeader, CsvRow } from './csv.rows.ts';

export interface Row extends CsvRow {
  readonly columns: CsvHeader['columns'];
}
export interface CsvNote {
  readonly line: number;
  readonly message: string;
  /** The code of the refusal; null for a plain note. */
  readonly code: ErrorCode | null;
}
export interface CsvProblem {
  readonly line: number;
  readonly handle: string;
  readonly sku: string | null;
  readonly message: string;
  /** The code with which other calls refuse the same value. */
  readonly code: ErrorCode;
}
/** Why a row, or a part of it, is refused. */
export type Refusal = Pick<CsvProblem, 'message' | 'code'>;
/** The settings of the shop that apply to a file. */
export interface CsvTerms {
  /** The currency of prices in the file unless its column `Currency` says otherwise. */
  readonly currency: string;
  /** Allowed hosts of images; empty for any public host. */
  readonly imageHosts: readonly string[];
}

/** A cell without padding, and without the apostrophe that keeps spreadsheets from running it as a formula. */
export const cell = ({ cells, columns }: Pick<Row, 'cells' | 'columns'>, name: string): string =>
  revealFormulas(cells[columns.get(name) ?? -1]?.replaceAll('\0', '').trim() ?? '');

/** Why a row cannot be read; null when it can. */
export const damageOf = ({ cells }: Row, width: number): string | null => {
  if (cells.slice(width).some((extra) => extra.trim() !== ''))
    return `The row has ${cells.length} cells, and the header ${width}: a text with a separator in it stands in quotes.`;
  return cells.some((text) => text.includes('\uFFFD')) ? 'The row has characters that are not UTF-8. Save the file as CSV UTF-8.' : null;
};

/** Whether a text of any length is a valid name by the rule of every other input; an empty text is. */
export const isName = (text: string): boolean => text === '' || nameText(Number.MAX_SAFE_INTEGER).safeParse(text).success;
export const noName = 'shows nothing, or has a control character or one that overrides the direction of text.';

/** The refusal of a cell with `INVALID_INPUT`, for the report of the import. */
export const malformed = (message: string): Refusal => ({ message, code: 'INVALID_INPUT' });
