/** Rows of CSV texts, however the text arrives. */
import { stringify } from 'csv-stringify/sync';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { readHeader, readRows } from './csv.rows.ts';
import { textSlices } from './text-slices.ts';

/** The cells of the rows below a header of three columns. */
const read = async (text: string, chunkSize: number): Promise<(readonly string[])[]> => {
  const file = () => textSlices(text, chunkSize);
  const header = await readHeader(file);
  expect(header.names).toEqual(['A', 'B', 'C']);
  const rows = [];
  for await (const { cells, refusals } of readRows(file, header)) {
    expect(refusals).toBeUndefined();
    rows.push(cells);
  }
  return rows;
};

it('any texts are read as they were written, in chunks of any size, with any separator and line end', async () => {
  const cell = fc.oneof(fc.string({ unit: fc.constantFrom('a', 'é', '🧵', '"', ',', ';', '\t', '\r', '\n', ' ') }), fc.string());
  const table = fc.array(fc.tuple(fc.constant('x'), cell, cell), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(
      table,
      fc.constantFrom(',', ';', '\t'),
      fc.constantFrom('\n', '\r\n', '\r'),
      fc.integer({ min: 2, max: 40 }),
      async (rows, delimiter, end, chunkSize) => {
        const text = stringify([['A', 'B', 'C'], ...rows], { delimiter, record_delimiter: end, quoted_match: /^ *"|[\r\n]/ });
        expect(await read(text, chunkSize)).toEqual(rows);
      },
    ),
    { numRuns: 300 },
  );
});

it('spaces behind a quoted cell are no part of it', async () => {
  expect(await read('A,B,C\n"a" ,b,"c" \n', 3)).toEqual([['a', 'b', 'c']]);
});
