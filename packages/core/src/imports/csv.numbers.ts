/** How a file writes its numbers: decimals, thousands, and what can be read in two ways. */
import type { CsvLayout } from './csv.layout.ts';

/** Numbers with a sign for thousands, as in English and the other way round: `1,234`, `1,234,567.50`, `1.234,50`. None begins with 0. */
const grouped = { ',': /^-?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?$/, '.': /^-?[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?$/ } as const;

const hasTwoSigns = (digits: string): boolean => /[.,].*[.,]/.test(digits);
/** Whether a number has one sign only, three digits before its end: it may begin the decimals, or part thousands. */
export const isAmbiguous = (digits: string): boolean => /^-?[1-9]\d{0,2}[.,]\d{3}$/.test(digits);

/** What is wrong with a text that is not the wanted number: it can be read as two numbers, or as none. */
export const whyNoNumber = (text: string, { hasDecimalComma }: Pick<CsvLayout, 'hasDecimalComma'>, wanted: string): string => {
  const digits = text.replaceAll(/[^\d.,]/g, '');
  const [whole, thousand] = digits.split(/[.,]/);
  return hasDecimalComma && isAmbiguous(digits) ? `can be read as ${whole}.${thousand} or as ${whole}${thousand}` : `is not ${wanted}`;
};

/**
 * A number with a decimal point: `1.234,50`, `1,234.50` and `1 234,5` are 1234.50 and 1234.5 in any file. Null for a text that is no
 * number, or that could be two different ones: `1,234` and `1.234` where a comma may begin the decimals. Behind `0` they always begin.
 */
export const toPlainNumber = (text: string, { hasDecimalComma }: Pick<CsvLayout, 'hasDecimalComma'>): string | null => {
  const digits = text
    .replaceAll(/(?<=\d)[\s'\u00a0\u2009\u202f](?=\d{3}(?!\d))/g, '')
    // `+5`, `.5` and `5.` are 5, 0.5 and 5.
    .replace(/^\+(?=[\d.,])/, '')
    .replace(/^(-?)(?=[.,]\d)/, '$10')
    .replace(/(?<=\d)[.,]$/, '');
  if (hasTwoSigns(digits) && grouped['.'].test(digits)) return digits.replaceAll('.', '').replace(',', '.');
  if (hasTwoSigns(digits) && grouped[','].test(digits)) return digits.replaceAll(',', '');
  if (hasDecimalComma) {
    if (isAmbiguous(digits)) return null;
    return /^-?\d+(?:[.,]\d+)?$/.test(digits) ? digits.replace(',', '.') : null;
  }
  if (grouped[','].test(digits)) return digits.replaceAll(',', '');
  if (/^-?(?:\d+,\d{1,2}|0,\d+)$/.test(digits)) return digits.replace(',', '.');
  return /^-?\d+(?:\.\d+)?$/.test(digits) ? digits : null;
};

/**
 * Whether a text can only be read with a decimal comma: `12,50` and `1.234,50`. The other numbers of its product may then have one, too,
 * also in a file whose cells are separated by commas.
 */
export const isWithDecimalComma = (text: string): boolean => {
  const digits = text.replaceAll(/[^\d.,]/g, '');
  return /^\d+,\d{1,2}$/.test(digits) || (hasTwoSigns(digits) && grouped['.'].test(digits));
};
