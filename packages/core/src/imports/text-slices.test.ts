import { expect, it } from 'vitest';
import { textSlices } from './text-slices.ts';

it('slices of a text are short, add up to it, and never split a character', () => {
  const text = 'ab🪑🪑c🪑';
  expect([...textSlices(text, 3)]).toEqual(['ab', '🪑', '🪑c', '🪑']);
  expect([...textSlices('', 3)]).toEqual([]);
});
