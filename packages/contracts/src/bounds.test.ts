/** Values that are well formed and still cannot be kept or meant. */
import { describe, expect, it } from 'vitest';
import { instant } from './common.ts';
import { contract } from './contract.ts';

describe('an instant', () => {
  it.each([
    '0000-01-01T00:00:00Z',
    '0000-12-31T23:59:59-00:01',
    '0001-01-01T00:00:00+14:00',
    '9999-12-31T23:59:59-23:59',
    '2026-02-30T00:00:00Z',
    '2026-01-01T24:00:00Z',
  ])('such as %s is refused, because no database and no answer can hold it', (text) => expect(instant.safeParse(text).success).toBe(false));

  it.each(['0001-01-01T00:00:00Z', '2026-11-29T12:00:00+14:00', '9999-12-31T23:59:59.999Z'])('such as %s is taken', (text) =>
    expect(instant.parse(text)).toBe(text),
  );
});

describe('the receipt of a return', () => {
  const id = (n: number): string => `01990000-0000-7000-8000-00000000000${n}`;
  const receive = (...lines: number[]) =>
    contract.returns.receive.input.safeParse({
      returnId: id(0),
      items: lines.map((n) => ({ orderItemId: id(n), receivedQuantity: 1, restockQuantity: 1 })),
    });

  it('names each line once, so that no second mention of a line is lost', () => {
    expect(receive(1, 2).success).toBe(true);
    expect(receive(1, 1).error?.issues).toMatchObject([{ path: ['items'], message: 'must name each line once' }]);
  });
});
