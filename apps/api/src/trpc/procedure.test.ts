import { contract } from '@cartwright/contracts';
import { describe, expect, it } from 'vitest';
import { createCheck } from './procedure.ts';

describe('the check of answers', () => {
  const check = createCheck(contract.system.ping);
  const sloppy = { pong: true, secret: 'not in the contract' };

  it('takes away what the contract does not name, also from an answer that is kept', () => {
    expect(check({ ...sloppy })).toEqual({ pong: true });
    expect(check(Object.freeze({ ...sloppy }))).toEqual({ pong: true });
  });
  it('refuses what the contract does not allow, every time', () => {
    const wrong = Object.freeze({ pong: 'yes' });
    expect(() => check(wrong)).toThrow();
    expect(() => check(wrong)).toThrow();
  });
  it('looks once at an object that nobody can change, and each time at one that can be changed', () => {
    const kept = Object.freeze({ ...sloppy });
    expect(check(kept)).toBe(check(kept));
    expect(Object.isFrozen(check(kept))).toBe(true);
    const open = { ...sloppy };
    expect(check(open)).not.toBe(check(open));
  });
});
