import { expect, it } from 'vitest';
import { isImpossibleText, takenValue } from './database-error.ts';

const violation = (detail: string, code = '23505') => Object.assign(new Error('refused'), { code, detail });

it.each([
  ['Key (sku)=(A-1) already exists.', 'A-1'],
  ['Key (lower(name))=(box) already exists.', 'box'],
  ['Key (parent_id, name)=(null, Tea, loose) already exists.', 'Tea, loose'],
  ['Key (name)=(a)=(b) already exists.', 'a)=(b'],
  ['Key (parent_id, name)=(null, a, b)=(c) already exists.', 'a, b)=(c'],
  ['Key (name)=(two\nlines (each)) already exists.', 'two\nlines (each)'],
])('the taken value is that of the last column, whatever characters it contains: %j', (detail, value) => {
  expect(takenValue(violation(detail))).toBe(value);
});

it('a violation without a detail has no taken value', () => {
  expect(takenValue(violation(''))).toBeNull();
  expect(takenValue(new Error('other'))).toBeNull();
});

it('half of a character inside JSON is a text that cannot be stored, other invalid values are not', () => {
  expect(isImpossibleText(violation('Unicode low surrogate must follow a high surrogate.', '22P02'))).toBe(true);
  expect(isImpossibleText(violation('Token "x" is invalid.', '22P02'))).toBe(false);
});
