/** What staff have chosen on a page of a list. It belongs to the page and the filters: with others, nothing is chosen. */
import { useState } from 'react';

/** State of a page of a list. It starts anew when `search`, the page and the filters of the list, changes. */
export const useStateOfPage = <T>(search: object, initial: T): [T, (value: T) => void] => {
  const of = JSON.stringify(search);
  const [state, setState] = useState({ of, value: initial });
  // Otherwise, going back to an earlier page would choose its rows again.
  if (state.of !== of) setState({ of, value: initial });
  return [state.of === of ? state.value : initial, (value) => setState({ of, value })];
};

/** Rows that are selected, of those that can be selected. */
export interface Selection<T extends { readonly id: string }> {
  /** The selected rows of the page, in its order. */
  readonly rows: readonly T[];
  readonly isAll: boolean;
  has(id: T['id']): boolean;
  toggle(id: T['id']): void;
  toggleAll(): void;
  clear(): void;
}

const none: ReadonlySet<string> = new Set();

/**
 * Selects rows of a list. A row that is no longer among them, because somebody changed it or another page is shown, is not selected.
 *
 * @param search - The page and the filters of the list.
 * @param rows - The rows of the page that can be selected.
 */
export const useSelection = <T extends { readonly id: string }>(search: object, rows: readonly T[]): Selection<T> => {
  const [ids, setIds] = useStateOfPage(search, none);
  const selected = rows.filter(({ id }) => ids.has(id));
  const isAll = rows.length > 0 && selected.length === rows.length;
  const idsOf = (some: readonly T[]): ReadonlySet<string> => new Set(some.map(({ id }) => id));
  return {
    rows: selected,
    isAll,
    has: (id) => ids.has(id),
    toggle: (id) => setIds(ids.has(id) ? idsOf(selected.filter((row) => row.id !== id)) : new Set([...ids, id])),
    toggleAll: () => setIds(isAll ? none : idsOf(rows)),
    clear: () => setIds(none),
  };
};
