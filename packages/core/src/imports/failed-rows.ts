import type { failedRowsExport } from '@cartwright/contracts';
import { stringify } from 'csv-stringify/sync';
import type { z } from 'zod';
import { disarmFormulas, requireScope, revealFormulas, type Actor, type Core } from '../kernel/index.ts';
import { reasonsColumn } from './csv.layout.ts';
import { readFailedRows, readStoredHeader, type FailedRow } from './import.records.ts';

const batch = 500;

/**
 * The rows of failed products as they are in the file, piece by piece, each with its reasons in a first column. The import ignores that
 * column, so the file can be corrected and imported. Cells that a spreadsheet would run as a formula get a leading apostrophe, which the
 * import removes. Throws `NOT_FOUND`.
 */
export const exportFailedRows = async function* (
  core: Core,
  actor: Actor,
  { id }: z.output<(typeof failedRowsExport)['input']>,
): AsyncGenerator<string, void, undefined> {
  requireScope(actor, 'catalog:write');
  const { delimiter, names } = (await readStoredHeader(core, id)) ?? { delimiter: ',', names: [] };
  // A file of failed rows that fail again has the column already.
  const own = names.findIndex((name) => name.toLowerCase() === reasonsColumn);
  const toLine = (reasons: string, cells: readonly string[]) =>
    [reasons, ...cells.filter((_, i) => i !== own)].map((text) => disarmFormulas(revealFormulas(text)));
  yield stringify([toLine(reasonsColumn, names)], { delimiter });
  for (let after = 0; ;) {
    const rows: FailedRow[] = await readFailedRows(core, id, after, batch);
    yield stringify(
      rows.map(({ message, cells }) => toLine(message ?? '', cells)),
      { delimiter },
    );
    const last = rows.at(-1);
    if (!last || rows.length < batch) return;
    after = last.position;
  }
};
