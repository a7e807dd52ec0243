import { expect, it } from 'vitest';
import { isWithDecimalComma, toPlainNumber, whyNoNumber } from './csv.numbers.ts';

const inCommas = { hasDecimalComma: false };
const inSemicolons = { hasDecimalComma: true };

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

it('a text that can be read as two numbers is refused with both', () => {
  expect(whyNoNumber('1.250 €', inSemicolons, 'a price')).toBe('can be read as 1.250 or as 1250');
  expect(whyNoNumber('cheap', inSemicolons, 'a price')).toBe('is not a price');
});

it.each([
  ['12,50', true],
  ['€ 12,5', true],
  ['1.234,50', true],
  ['1,234', false],
  ['1.234', false],
  ['12.50', false],
  ['1,234.50', false],
  ['1250', false],
])('the price %s can only be read with a decimal comma: %s', (text, isSo) => {
  expect(isWithDecimalComma(text)).toBe(isSo);
});
