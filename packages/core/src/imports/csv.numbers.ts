/** How a file writes its numbers: decimals, thousands, and what can be read in two ways. */
import type { ImportDecimalSign } from '@cartwright/contracts';

/** Which sign begins the decimals of numbers, and who says so. */
export interface NumberReading {
  /** Null when it is not known: `1,234` and `1.234` are then refused. */
  readonly decimalSign: ImportDecimalSign | null;
  /** The setting of staff, the separator of the file's cells, or a price of the same product. */
  readonly saidBy: 'staff' | 'separator' | 'product';
}

/** How the numbers of a file are read: as staff say, else by what separates its cells. A comma between cells is no decimal sign. */
export const readingOfFile = (delimiter: string, stated: ImportDecimalSign | null = null): NumberReading =>
  stated === null ? { decimalSign: delimiter === ',' ? 'point' : null, saidBy: 'separator' } : { decimalSign: stated, saidBy: 'staff' };

/** Numbers with a sign for thousands, as in English and the other way round: `1,234`, `1,234,567.50`, `1.234,50`. None begins with 0. */
const grouped = { ',': /^-?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?$/, '.': /^-?[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?$/ } as const;

const hasTwoSigns = (digits: string): boolean => /[.,].*[.,]/.test(digits);
/** Whether a number has one sign only, three digits before its end: it may begin the decimals, or part thousands. */
export const isAmbiguous = (digits: string): boolean => /^-?[1-9]\d{0,2}[.,]\d{3}$/.test(digits);
const digitsIn = (text: string): string => text.replaceAll(/[^\d.,]/g, '');

/** What is wrong with a text that is not the wanted number, and how to write it: it can be read as two numbers, or as none. */
export const whyNoNumber = (text: string, { saidBy }: Pick<NumberReading, 'saidBy'>, wanted: string, example: string): string => {
  const digits = digitsIn(text);
  const [whole, thousand] = digits.split(/[.,]/);
  if (saidBy === 'staff' || !isAmbiguous(digits)) return `is not ${wanted}. Write it like ${example}.`;
  return `can be read as ${whole}.${thousand} or as ${whole}${thousand}. Choose the decimal sign of the file, or write it like ${example}.`;
};

/**
 * A number with a decimal point: `1.234,50`, `1,234.50` and `1 234,5` are 1234.50 and 1234.5 in any file. Null for a text that is no
 * number, or that could be two different ones: `1,234` and `1.234` where the decimal sign is not known. Behind `0` it always is one.
 */
export const toPlainNumber = (text: string, { decimalSign }: NumberReading): string | null => {
  const digits = text
    .replaceAll(/(?<=\d)[\s'\u00a0\u2009\u202f](?=\d{3}(?!\d))/g, '')
    // `+5`, `.5` and `5.` are 5, 0.5 and 5.
    .replace(/^\+(?=[\d.,])/, '')
    .replace(/^(-?)(?=[.,]\d)/, '$10')
    .replace(/(?<=\d)[.,]$/, '');
  const [ofComma, ofPoint] = [grouped['.'].test(digits), grouped[','].test(digits)];
  const isClear = hasTwoSigns(digits);
  if (ofComma && (isClear || decimalSign === 'comma')) return digits.replaceAll('.', '').replace(',', '.');
  if (ofPoint && (isClear || decimalSign === 'point')) return digits.replaceAll(',', '');
  if (decimalSign === null && isAmbiguous(digits)) return null;
  // Three digits or more behind a comma are no decimals where a point begins them, except behind `0`.
  if (decimalSign === 'point' && /,\d{3}/.test(digits) && !/^-?0,/.test(digits)) return null;
  return /^-?\d+(?:[.,]\d+)?$/.test(digits) ? digits.replace(',', '.') : null;
};

const isWithDecimal = { comma: /^\d+,\d{1,2}$/, point: /^\d+\.\d{1,2}$/ } as const;
/** Whether a text can only be read with this decimal sign: `12,50` and `1.234,50` with a comma, `12.50` and `1,234.50` with a point. */
export const shows = (sign: ImportDecimalSign, text: string): boolean => {
  const digits = digitsIn(text);
  return isWithDecimal[sign].test(digits) || (hasTwoSigns(digits) && grouped[sign === 'comma' ? '.' : ','].test(digits));
};

/**
 * How the other numbers of a product are read, by its prices: with a comma if one of them can only be read so, also in a file whose cells
 * are separated by commas. Prices with both signs leave it open. What staff say stays.
 */
export const readingByPrices = (given: NumberReading, prices: readonly string[]): NumberReading => {
  if (given.saidBy === 'staff') return given;
  const [comma, point] = [prices.some((text) => shows('comma', text)), prices.some((text) => shows('point', text))];
  if (comma) return { decimalSign: point ? null : 'comma', saidBy: 'product' };
  return point && given.decimalSign === null ? { decimalSign: 'point', saidBy: 'product' } : given;
};
