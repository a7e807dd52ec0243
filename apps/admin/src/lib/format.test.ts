import { describe, expect, it } from 'vitest';
import { amountProblem, toBasisPoints, toCents, toGrams } from './format.ts';

describe('typed amounts', () => {
  it('a typed amount is converted exactly', () => {
    expect([toCents('1.15', 'EUR'), toCents(19.99, 'EUR'), toCents('-5', 'EUR'), toCents('.5', 'EUR'), toCents(1250, 'JPY')]).toEqual([
      115, 1_999, -500, 50, 1_250,
    ]);
  });

  it('an amount with more decimals than its currency, and an empty field, are refused and never rounded', () => {
    expect(amountProblem('7.255', 'EUR')).toBe('EUR has 2 decimals at most');
    expect(amountProblem(12.5, 'JPY')).toBe('JPY has no decimals');
    expect(amountProblem('', 'EUR')).toBe('Enter an amount');
    expect(() => toCents('7.255', 'EUR')).toThrow('The amount “7.255” cannot be saved: EUR has 2 decimals at most');
    expect(() => toCents('', 'EUR')).toThrow('cannot be saved');
  });
});

it('a percentage and a weight are converted exactly, and refused where they would be rounded', () => {
  expect([toBasisPoints(19.99), toBasisPoints('7.5'), toGrams('0.255'), toGrams(12)]).toEqual([1_999, 750, 255, 12_000]);
  expect(() => toBasisPoints(7.255)).toThrow('7.255 % cannot be saved: 2 decimals at most');
  expect(() => toGrams('0.2555')).toThrow('0.2555 kg cannot be saved: 3 decimals at most');
});
