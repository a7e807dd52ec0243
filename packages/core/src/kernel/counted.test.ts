import { expect, test } from 'vitest';
import { counted, countedAre } from './counted.ts';

test('a count of one takes the singular, every other count the plural', () => {
  expect([0, 1, 2].map((n) => counted(n, 'unit'))).toEqual(['0 units', '1 unit', '2 units']);
  expect([0, 1, 2].map((n) => countedAre(n, 'unit'))).toEqual(['0 units are', '1 unit is', '2 units are']);
});
