import { contract } from '@cartwright/contracts';
import { describe, expect, it } from 'vitest';
import { createCheck } from './procedure.ts';

describe('the response check', () => {
  const check = createCheck(contract.system.ping);
  const withSecret = { pong: true, secret: 'not in the contract' };

  it('the response check removes fields that the contract does not name, also from a frozen answer', () => {
    expect(check({ ...withSecret })).toEqual({ pong: true });
    expect(check(Object.freeze({ ...withSecret }))).toEqual({ pong: true });
  });
  it('the response check throws for every answer that violates the contract', () => {
    const wrong = Object.freeze({ pong: 'yes' });
    expect(() => check(wrong)).toThrow();
    expect(() => check(wrong)).toThrow();
  });
  it('the response check runs once for a frozen object and each time for one that can change', () => {
    const kept = Object.freeze({ ...withSecret });
    expect(check(kept)).toBe(check(kept));
    expect(Object.isFrozen(check(kept))).toBe(true);
    const open = { ...withSecret };
    expect(check(open)).not.toBe(check(open));
  });
});
