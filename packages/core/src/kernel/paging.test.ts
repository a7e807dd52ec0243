import { describe, expect, it } from 'vitest';
import { decodeCursor, encodeCursor, offsetOf, toPage, uuidPattern } from './index.ts';

describe('cursors', () => {
  const id = '01990000-0000-7000-8000-000000000001';

  it('a cursor decodes to its key, which its text does not show', () => {
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
  ])('a cursor that no list returned is refused: %s', (cursor) => {
    expect(() => decodeCursor(cursor, uuidPattern)).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT', fields: [{ path: 'cursor', message: 'is not valid' }] }),
    );
  });
});

it('offsetOf counts the rows before a page, and toPage adds the total count', () => {
  expect(offsetOf({ page: 1, pageSize: 20 })).toBe(0);
  expect(offsetOf({ page: 3, pageSize: 20 })).toBe(40);
  expect(toPage({ page: 3, pageSize: 20 }, ['a'], 41)).toEqual({ items: ['a'], page: 3, pageSize: 20, totalCount: 41 });
});
