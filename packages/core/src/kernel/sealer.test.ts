import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createFieldReader, createSealer } from './index.ts';

const sealer = createSealer('a-secret-of-at-least-thirty-two-characters');
const other = createSealer('another-secret-of-thirty-two-characters-or-more');
const place = ['users', 'email_sealed', '01990000-0000-7000-8000-000000000001'] as const;

describe('sealed values', () => {
  it.each(['ada@example.com', '', 'Ünïcode ☃ 🎁', 'x'.repeat(100_000)])('a sealed value decrypts to the original', (plain) => {
    expect(sealer.open(place, sealer.seal(place, plain))).toBe(plain);
  });

  it('a sealed value does not show its content, and two of the same content differ', () => {
    const [one, two] = [sealer.seal(place, 'ada@example.com'), sealer.seal(place, 'ada@example.com')];
    expect(one).not.toBe(two);
    expect(one).toMatch(/^v1:[\w-]{16}:[\w-]+$/);
    expect(Buffer.from(one, 'base64url').toString()).not.toContain('ada');
  });

  it.each([
    ['another row', ['users', 'email_sealed', '01990000-0000-7000-8000-000000000002']],
    ['another column', ['users', 'first_name_sealed', place[2]]],
    ['another table', ['orders', 'email_sealed', place[2]]],
  ] as const)('a sealed value does not open after it was moved to %s', (_where, there) => {
    expect(() => sealer.open(there, sealer.seal(place, 'ada@example.com'))).toThrow();
  });

  it('a sealed value does not open with another secret', () => {
    expect(() => other.open(place, sealer.seal(place, 'ada@example.com'))).toThrow();
  });

  it.each([0, 3, 10, 20, -3])('a sealed value does not open when the character at %s was changed', (at) => {
    const envelope = sealer.seal(place, 'ada@example.com');
    const i = at < 0 ? envelope.length + at : at;
    const changed = envelope.slice(0, i) + (envelope[i] === 'A' ? 'B' : 'A') + envelope.slice(i + 1);
    expect(() => sealer.open(place, changed)).toThrow();
  });

  it.each(['', 'v1', 'v1::', 'v2:AAAA:AAAA', 'ada@example.com', 'v1:AAAAAAAAAAAAAAAA:'])('%j does not open as a sealed value', (text) => {
    expect(() => sealer.open(place, text)).toThrow();
  });

  it('a long text of a mail is compressed, opens as it was, and only as what it is', () => {
    const html = ['mails', 'html_sealed', place[2]] as const;
    const text = '<td style="padding:8px">Ünïcode ☃ 🎁</td>'.repeat(200);
    const envelope = sealer.seal(html, text);
    expect(envelope).toMatch(/^v2:[\w-]{16}:[\w-]+$/);
    expect(envelope.length).toBeLessThan(text.length / 4);
    expect(sealer.open(html, envelope)).toBe(text);
    const short = sealer.seal(html, 'short');
    for (const changed of [envelope.replace('v2', 'v1'), short.replace('v1', 'v2')]) expect(() => sealer.open(html, changed)).toThrow();
    expect(() => sealer.open(['mails', 'text_sealed', place[2]], envelope)).toThrow();
  });

  it('the error for a sealed value that does not open names its column, not the value', () => {
    expect(() => sealer.open(place, 'ada@example.com')).toThrow(
      expect.objectContaining({ code: 'UNREADABLE_VALUE', details: { record: 'users', field: 'email', id: place[2] } }),
    );
    expect(() => sealer.open(place, 'ada@example.com')).not.toThrow(/ada@example/);
  });

  it('a damaged sealed value is read as null, counted by column and reported once with its row', () => {
    const reported: unknown[] = [];
    const own = createSealer('a-secret-of-at-least-thirty-two-characters', (where) => reported.push(where));
    const fields = createFieldReader(own);
    expect(fields.text('email', place, 'v1:damaged:value')).toBeNull();
    expect(fields.text('firstName', ['users', 'first_name_sealed', place[2]], null)).toBeNull();
    expect(fields.json('address', place, own.seal(place, '{"city":7}'), z.object({ city: z.string() }))).toBeNull();
    expect(fields.json('other', place, own.seal(place, 'no JSON'), z.string())).toBeNull();
    expect(fields.unreadable).toEqual(['email', 'address', 'other']);
    expect([reported, [...own.unreadable]]).toEqual([[place], [['users.email_sealed', 1]]]);
    expect([own.canOpen(place, 'v1:damaged:value'), own.canOpen(place, own.seal(place, 'x'))]).toEqual([false, true]);
    expect(own.unreadable.get('users.email_sealed')).toBe(1);
  });
});

describe('keyed hashes', () => {
  it('a keyed hash is equal for equal values, and differs by purpose and by shop', () => {
    expect(sealer.index('email', 'ada@example.com')).toBe(sealer.index('email', 'ada@example.com'));
    expect(sealer.index('email', '+441234')).not.toBe(sealer.index('ip', '+441234'));
    expect(sealer.index('email', 'ada@example.com')).not.toBe(other.index('email', 'ada@example.com'));
    expect(sealer.derive('email', 'ada@example.com')).not.toBe(sealer.index('email', 'ada@example.com'));
  });
});
