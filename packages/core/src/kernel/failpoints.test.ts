import { describe, expect, it } from 'vitest';
import { createFailpoints } from './index.ts';

describe('failpoints', () => {
  it('a failpoint does nothing unless armed', () => {
    const points = createFailpoints('');
    points.reach('checkout.afterPlace');
    expect(points.count('checkout.afterPlace')).toBe(0);
  });

  it('a failpoint fails once, at the hit it is armed for, and counts every hit', () => {
    const points = createFailpoints('checkout.afterPlace=error@2, mail.afterSend=error');
    points.reach('checkout.afterPlace');
    expect(() => points.reach('checkout.afterPlace')).toThrow('Failpoint checkout.afterPlace');
    points.reach('checkout.afterPlace');
    expect(points.count('checkout.afterPlace')).toBe(3);
    expect(() => points.reach('mail.afterSend')).toThrow('Failpoint mail.afterSend');
    points.reach('checkout.afterCharge');
    expect(points.count('checkout.afterCharge')).toBe(1);
  });

  it.each(['checkout.afterPlace', 'checkout.afterPlace=explode', 'checkout.afterPlace=kill@soon', 'nowhere.atAll=kill'])(
    'an invalid failpoint stops the start: %s',
    (spec) => {
      expect(() => createFailpoints(spec)).toThrow('FAILPOINTS');
    },
  );
});
