/** The box in the header of a table that selects all rows of the page. */
import { Checkbox } from '@mantine/core';
import type { Selection } from '../lib/use-selection.ts';

type Boxes = Pick<Selection<{ readonly id: string }>, 'isAll' | 'toggleAll'> & { readonly rows: readonly unknown[] };

export const SelectAll = ({ label, selection: { isAll, rows, toggleAll } }: { label: string; selection: Boxes }) => (
  <Checkbox size="xs" aria-label={label} checked={isAll} indeterminate={rows.length > 0 && !isAll} onChange={toggleAll} />
);
