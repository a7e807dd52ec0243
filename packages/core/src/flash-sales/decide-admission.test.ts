import { describe, expect, test } from 'vitest';
import { decideAdmission } from './decide-admission.ts';

const rules = { admitPerSecond: 50, overbookingBasisPoints: 5_000 };
const calm = { waiting: 10_000, inside: 0, unitsFree: 1_000, purchasesInTenSeconds: 0, secondsSinceLast: 1 };

describe('how many are let in', () => {
  test('a few at first, more as the shop shows that it keeps up, never more than the rules say', () => {
    expect(decideAdmission(calm, rules)).toBe(10);
    expect(decideAdmission({ ...calm, purchasesInTenSeconds: 150 }, rules)).toBe(30);
    expect(decideAdmission({ ...calm, purchasesInTenSeconds: 5_000 }, rules)).toBe(50);
  });
  test('not more than can find a unit, overbooked by the rule', () => {
    expect(decideAdmission({ ...calm, unitsFree: 4, inside: 0 }, rules)).toBe(6);
    expect(decideAdmission({ ...calm, unitsFree: 4, inside: 5 }, rules)).toBe(1);
    expect(decideAdmission({ ...calm, unitsFree: 4, inside: 9 }, rules)).toBe(0);
  });
  test('nobody once all is sold, and nobody when nobody waits', () => {
    expect(decideAdmission({ ...calm, unitsFree: 0 }, rules)).toBe(0);
    expect(decideAdmission({ ...calm, waiting: 0 }, rules)).toBe(0);
  });
  test('a clock that stood still does not let everybody in at once', () => {
    expect(decideAdmission({ ...calm, secondsSinceLast: 3_600 }, rules)).toBe(50);
  });
});
