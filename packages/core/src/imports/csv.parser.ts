/**
 * One row of a CSV text. Quotes are read as RFC 4180 says. A quote within a cell that does not begin with one is text. Where the quotes of
 * a cell cannot be read, the row ends with its line, so that the rows below are read.
 */

/** A row as it was read. */
export interface ParsedRow {
  readonly cells: readonly string[];
  /** Where the next row begins. */
  readonly end: number;
  /** Whether the text ends with it, without a line end. */
  readonly isLast: boolean;
  /** Line ends within its cells. */
  readonly breaks: number;
  /** The places of cells with quotes that are taken as text. */
  readonly strayQuotes: readonly number[];
  /** The cell whose quotes cannot be read. */
  readonly fault: QuoteFault | null;
}
/** What is wrong with the quotes of a cell: none ends it, or there is text behind the one that does. */
export interface QuoteFault {
  readonly index: number;
  readonly kind: 'unclosed' | 'textBehind';
}

/** The number of line ends in a text. */
export const breaksIn = (text: string): number => (/[\r\n]/.test(text) ? (text.match(/\r\n|\r|\n/g)?.length ?? 0) : 0);

/** The most characters of a quoted cell; a quote without an end would take all rows below it for text. */
const longestCell = 1_000_000;

/** Where a quoted cell ends, and its text; null when it does not. */
const readQuoted = (text: string, begin: number): { readonly value: string; readonly end: number } | null => {
  let value = '';
  for (let from = begin; ;) {
    const quote = text.indexOf('"', from);
    if (quote === -1 || quote - begin > longestCell) return null;
    if (text[quote + 1] !== '"') return { value: value + text.slice(from, quote), end: quote + 1 };
    value += text.slice(from, quote + 1);
    from = quote + 2;
  }
};

const isLineEnd = (character: string | undefined): boolean => character === '\r' || character === '\n';

/** Behind the line end at a place. */
const afterLineEnd = (text: string, at: number): number => at + (text[at] === '\r' && text[at + 1] === '\n' ? 2 : 1);

/**
 * A parser for rows with this separator. It reads the row that begins at a place of a text, and returns null when more text is needed;
 * `isWhole` says that there is none.
 */
export const createRowParser = (delimiter: string) => {
  const cellEnd = new RegExp(`[${delimiter}\\r\\n]`, 'g');
  const find = (pattern: RegExp, text: string, from: number): number => {
    pattern.lastIndex = from;
    return pattern.test(text) ? pattern.lastIndex - 1 : text.length;
  };
  const lineEnd = /[\r\n]/g;

  /** The rest of the line of a cell that cannot be read. */
  const readFaulty = (text: string, from: number): { readonly cells: string[]; readonly end: number } => {
    const end = find(lineEnd, text, from);
    const [first = '', ...others] = text.slice(from, end).split(delimiter);
    return { cells: [first.replaceAll(/^"|"$/g, ''), ...others], end: Math.min(text.length, afterLineEnd(text, end)) };
  };

  return (text: string, begin: number, isWhole: boolean): ParsedRow | null => {
    const cells: string[] = [];
    const strayQuotes: number[] = [];
    let breaks = 0;
    const faulty = (kind: QuoteFault['kind'], from: number): ParsedRow => {
      const rest = readFaulty(text, from);
      const isLast = rest.end === text.length && !isLineEnd(text.at(-1));
      return { cells: [...cells, ...rest.cells], end: rest.end, isLast, breaks, strayQuotes, fault: { index: cells.length, kind } };
    };
    for (let at = begin; ; at += 1) {
      if (text[at] === '"') {
        const quoted = readQuoted(text, at + 1);
        if (!quoted || quoted.end === text.length) {
          if (!isWhole) return null;
          if (!quoted) return faulty('unclosed', at);
        }
        const start = at;
        for (at = quoted.end; text[at] === ' ';) at += 1;
        if (at === text.length && !isWhole) return null;
        if (at < text.length && text[at] !== delimiter && !isLineEnd(text[at])) return faulty('textBehind', start);
        breaks += breaksIn(quoted.value);
        cells.push(quoted.value);
      } else {
        const end = find(cellEnd, text, at);
        if (end === text.length && !isWhole) return null;
        const value = text.slice(at, end);
        if (value.includes('"')) strayQuotes.push(cells.length);
        cells.push(value);
        at = end;
      }
      if (text[at] === delimiter) continue;
      // A carriage return may be the first half of a line end.
      if (text[at] === '\r' && at + 1 === text.length && !isWhole) return null;
      return { cells, end: Math.min(text.length, afterLineEnd(text, at)), isLast: at >= text.length, breaks, strayQuotes, fault: null };
    }
  };
};
