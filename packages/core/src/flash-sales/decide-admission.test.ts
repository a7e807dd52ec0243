import { describe, expect, test } from 'vitest';
import { decideAdmission } from './decide-admission.ts';

const rules = { admitPerSecond: 50, overbookingBasisPoints: 5_000 };
const calm = { waiting: 10_000, inside: 0, unitsFree: 1_000, purchasesInTenSeconds: 0, secondsSinceLast: 1 };

describe('admission from the waiting room', () => {
  test('admission starts slowly, follows the rate of sales, and stays below the configured rate', () => {
    expect(decideAdmission(calm, rules)).toBe(10);
    expect(decideAdmission({ ...calm, purchasesInTenSeconds: 150 }, rules)).toBe(30);
    expect(decideAdmission({ ...calm, purchasesInTenSeconds: 5_000 }, rules)).toBe(50);
  });
  test('no more buyers are admitted than the free units and the overbooking allow', () => {
    expect(decideAdmission({ ...calm, unitsFree: 4, inside: 0 }, rules)).toBe(6);
    expect(decideAdmission({ ...calm, unitsFree: 4, inside: 5 }, rules)).toBe(1);
    expect(decideAdmission({ ...calm, unitsFree: 4, inside: 9 }, rules)).toBe(0);
  });
  test('nobody is admitted when all units are sold or nobody waits', () => {
    expect(decideAdmission({ ...calm, unitsFree: 0 }, rules)).toBe(0);
    expect(decideAdmission({ ...calm, waiting: 0 }, rules)).toBe(0);
  });
  test('admission after a long pause is limited to the configured rate', () => {
    expect(decideAdmission({ ...calm, secondsSinceLast: 3_600 }, rules)).toBe(50);
  });
});
