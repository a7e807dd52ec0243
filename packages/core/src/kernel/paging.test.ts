import { describe, expect, it } from 'vitest';
import { decodeCursor, encodeCursor, offsetOf, toPage, uuidPattern } from './index.ts';

describe('a cursor', () => {
  const id = '01990000-0000-7000-8000-000000000001';

  it('opens to the key it was made of, and does not show it', () => {
    expect(decodeCursor(encodeCursor(id), uuidPattern)).toBe(id);
    expect(encodeCursor(id)).not.toContain('0199');
  });

  it.each([
    '',
    'abc',
    id,
    '%00',
    encodeCursor("x' or 1=1 --"),
    encodeCursor(`${id}' union select email_index from users --`),
    encodeCursor(`${id}\n`),
    encodeCursor(`${id}${id}`),
  ])('that no list gave out is refused: %s', (cursor) => {
    expect(() => decodeCursor(cursor, uuidPattern)).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT', fields: [{ path: 'cursor', message: 'is not valid' }] }),
    );
  });
});

it('a page knows where it begins and what it is a page of', () => {
  expect(offsetOf({ page: 1, pageSize: 20 })).toBe(0);
  expect(offsetOf({ page: 3, pageSize: 20 })).toBe(40);
  expect(toPage({ page: 3, pageSize: 20 }, ['a'], 41)).toEqual({ items: ['a'], page: 3, pageSize: 20, totalCount: 41 });
});
