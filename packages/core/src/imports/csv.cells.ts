/** The cells of a row as texts and numbers, the rules that every text of a file follows, and what a problem in a row is. */
import { nameText, type ErrorCode } from '@cartwright/contracts';
import { revealFormulas, storableText } from '../kernel/index.ts';
import { optionNameFields, optionValueFields, type CsvLayout, type ProductField } from './csv.layout.ts';
import type { CsvRow } from './csv.rows.ts';

/** A row of a file, of which nothing is known yet. */
export interface RawRow extends CsvRow {
  readonly layout: CsvLayout;
  /** The number of the row in the file, from 1. */
  readonly position: number;
  /** What hides the product, if its format has a column that does so and none that says whether the product is published. */
  readonly hiding?: Hiding | undefined;
  /** Whether the row has a variant that its shop no longer offers. */
  readonly isWithdrawn?: boolean;
}
/** What hides a product in a file that does not say whether it is published. */
export interface Hiding {
  /** What a product on sale becomes. A new one becomes a draft, and a draft or archived one stays. */
  readonly status: 'draft' | 'unlisted';
  /** The column and its value, for messages. */
  readonly because: string;
}
/** A row of a product, and what is said of it in the report. */
export interface Row extends RawRow {
  /** Adds a reason to refuse the row, and with it the product. */
  readonly refuse: Say;
  /** Adds a note on what is skipped or changed. */
  readonly note: Say;
}
/** Adds a sentence to the report, with `INVALID_INPUT` unless it has a code of its own. */
export type Say = (why: string | Finding) => void;
/** A sentence of the report and its code; null for a plain note. */
export interface Finding {
  readonly message: string;
  readonly code: ErrorCode | null;
}
/** What is noted on a row. */
export interface CsvNote extends Finding {
  readonly line: number;
}
/** Why a row of a product fails. */
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
export const textAt = ({ cells }: Pick<RawRow, 'cells'>, index: number): string => revealFormulas(cells[index] ?? '').trim();

const names: ReadonlySet<ProductField> = new Set<ProductField>([
  ...(['title', 'vendor', 'tags', 'category', 'categoryPath', 'productCategory', 'variantOptions'] as const),
  ...optionNameFields,
  ...optionValueFields,
]);

/** `textAt` for a field; empty without a column. In names, a letter with an accent is one character as in other inputs, not two. */
export const cell = (row: Pick<RawRow, 'cells' | 'layout'>, field: ProductField): string => {
  const text = textAt(row, row.layout.columns.get(field)?.index ?? -1);
  return names.has(field) ? text.normalize('NFC') : text;
};

/**
 * The value of JSON in a cell; null for a text that is none. A number that would lose digits, such as one of 64 bits, is kept as its text.
 */
export const jsonIn = (text: string): unknown => {
  try {
    return JSON.parse(text, (_, value: unknown, { source }: { readonly source?: string } = {}) =>
      typeof value === 'number' && source !== undefined && !isExact(value, source) ? source : value,
    );
  } catch {
    return null;
  }
};

/** Whether a number is the one that was written. */
const isExact = (value: number, source: string): boolean =>
  Number.isSafeInteger(value) || String(value) === source.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '');

/** Whether the file has a column for a field. */
export const hasColumn = ({ layout }: Pick<RawRow, 'layout'>, field: ProductField): boolean => layout.columns.has(field);

/** The name of a field's column in this file. */
export const columnOf = ({ layout }: Pick<RawRow, 'layout'>, field: ProductField): string => layout.columns.get(field)?.name ?? field;

/** The metafields of a row, each with its name; an empty text for an empty cell. */
export const metafieldsOf = (row: RawRow, of: keyof CsvLayout['metadata']): (readonly [name: string, text: string])[] =>
  row.layout.metadata[of].map(({ index, name }) => [name, textAt(row, index)] as const);

/** Why a row cannot be read; null when it can. */
export const damageOf = ({ cells, layout: { width } }: RawRow): string | null => {
  if (cells.slice(width).some((extra) => extra.trim() !== ''))
    return `The row has ${cells.length} cells, and the header ${width}: put quotes around a text that contains a separator.`;
  return cells.some((text) => text.includes('\uFFFD')) ? 'The row has characters that are not UTF-8. Save the file as CSV UTF-8.' : null;
};

/** Whether a text of any length is a valid name by the rule of every other input; an empty text is. */
export const isName = (text: string): boolean => text === '' || nameText(Number.MAX_SAFE_INTEGER).safeParse(text).success;
/** What is wrong with a text for which `isName` is false; follows the name of its column. */
export const noName = 'shows nothing, or has a control character or one that overrides the direction of text.';

const most = { quoted: 80, sentence: 1_000 } as const;
/** A sentence with the beginning of each long cell that it quotes. */
const shortened = (message: string): string =>
  message.length <= most.quoted
    ? message
    : storableText(
        message.replaceAll(/"([^"]*)"/g, (whole, text: string) => (text.length > most.quoted ? `"${text.slice(0, most.quoted)}…"` : whole)),
        most.sentence,
      );

const toFinding = (why: string | Finding): Finding => {
  const { message, code } = typeof why === 'string' ? { message: why, code: 'INVALID_INPUT' as const } : why;
  return { message: shortened(message), code };
};

/** Says something of one row, into a list of notes. */
export const sayOf =
  (notes: CsvNote[], line: number): Say =>
  (why) =>
    void notes.push({ line, ...toFinding(why) });
