import type { ImportDecimalSign } from '@cartwright/contracts';
import { expect, it } from 'vitest';
import { readingByPrices, readingOfFile, shows, toPlainNumber, whyNoNumber } from './csv.numbers.ts';

const inCommas = readingOfFile(',');
const inSemicolons = readingOfFile(';');
const stated = (sign: ImportDecimalSign) => readingOfFile(';', sign);

it.each([
  ['12.50', '12.50', '12.50'],
  ['12,50', '12.50', '12.50'],
  ['1,234.50', '1234.50', '1234.50'],
  ['1.234,50', '1234.50', '1234.50'],
  ['1,234,567', '1234567', '1234567'],
  ['0,250', '0.250', '0.250'],
  ['0.125', '0.125', '0.125'],
  ['0,250,000', null, null],
  ['1 234,5', '1234.5', '1234.5'],
  ['1\u202f234', '1234', '1234'],
  ["1'234.50", '1234.50', '1234.50'],
  ['1,234', '1234', null],
  ['1.234', '1.234', null],
  ['-2', '-2', '-2'],
  ['.5', '0.5', '0.5'],
  [',5', '0.5', '0.5'],
  ['-.5', '-0.5', '-0.5'],
  ['5.', '5', '5'],
  ['+5', '5', '5'],
  ['+-5', null, null],
  ['.', null, null],
  ['+', null, null],
  ['5..', null, null],
  ['1,23,4', null, null],
  ['12,5,0', null, null],
  ['1e5', null, null],
  ['0x10', null, null],
  ['Infinity', null, null],
  ['١٢', null, null],
  ['', null, null],
])('%j is %j in a file with commas, and %j in one with semicolons', (text, commas, semicolons) => {
  expect([toPlainNumber(text, inCommas), toPlainNumber(text, inSemicolons)]).toEqual([commas, semicolons]);
});

it.each([
  ['1,250', '1.250', '1250'],
  ['1.250', '1250', '1.250'],
  ['12,50', '12.50', '12.50'],
  ['12.50', '12.50', '12.50'],
  ['0.125', '0.125', '0.125'],
  ['1.234,50', '1234.50', '1234.50'],
  ['1,234.50', '1234.50', '1234.50'],
  ['1,2345', '1.2345', null],
  ['1.2345', '1.2345', '1.2345'],
  ['1.234.567', '1234567', '1234567'],
])('staff who say what begins the decimals make %j %j with a comma and %j with a point', (text, comma, point) => {
  expect([toPlainNumber(text, stated('comma')), toPlainNumber(text, stated('point'))]).toEqual([comma, point]);
});

it('a text that can be read as two numbers is refused with both, and with what to do', () => {
  expect(whyNoNumber('1.250 €', inSemicolons, 'a price', '19.99')).toBe(
    'can be read as 1.250 or as 1250. Choose the decimal sign of the file, or write it like 19.99.',
  );
  expect(whyNoNumber('cheap', inSemicolons, 'a price', '19.99')).toBe('is not a price. Write it like 19.99.');
});

it.each([
  ['12,50', 'comma'],
  ['€ 12,5', 'comma'],
  ['1.234,50', 'comma'],
  ['1,234', null],
  ['1.234', null],
  ['12.50', 'point'],
  ['1,234.50', 'point'],
  ['1250', null],
])('the price %s shows the decimal sign %s', (text, sign) => {
  expect((['comma', 'point'] as const).find((one) => shows(one, text)) ?? null).toBe(sign);
});

it('the prices of a product decide how its numbers are read, unless they contradict each other or staff said it', () => {
  expect(readingByPrices(inCommas, ['12,50', '9'])).toEqual({ decimalSign: 'comma', saidBy: 'product' });
  expect(readingByPrices(inSemicolons, ['12,50', '9'])).toEqual({ decimalSign: 'comma', saidBy: 'product' });
  expect(readingByPrices(inSemicolons, ['12.50'])).toEqual({ decimalSign: 'point', saidBy: 'product' });
  expect(readingByPrices(inCommas, ['12.50'])).toBe(inCommas);
  expect(readingByPrices(inSemicolons, ['12,50', '9.90'])).toMatchObject({ decimalSign: null });
  expect(readingByPrices(inSemicolons, ['1.250', '9'])).toBe(inSemicolons);
  expect(readingByPrices(stated('point'), ['12,50'])).toEqual(stated('point'));
});
