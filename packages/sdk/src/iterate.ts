/** Iterates over the items of all pages of a list. */
interface Page {
  readonly items: readonly unknown[];
  readonly nextCursor?: string | null;
  readonly page?: number;
  readonly pageSize?: number;
  readonly totalCount?: number;
}

/** Yields the items of every page; requests the next page after the last item of a page. */
export async function* iterate(
  list: (input: Record<string, unknown>) => Promise<unknown>,
  input: Readonly<Record<string, unknown>>,
): AsyncGenerator<unknown> {
  let place: Record<string, unknown> | null = {};
  while (place) {
    const page = (await list({ ...input, ...place })) as Page;
    yield* page.items;
    place = after(page);
  }
}

const after = ({ items, nextCursor, page, pageSize, totalCount }: Page): Record<string, unknown> | null => {
  if (nextCursor !== undefined) return nextCursor === null ? null : { cursor: nextCursor };
  const isMore = page !== undefined && pageSize !== undefined && items.length > 0 && page * pageSize < (totalCount ?? 0);
  return isMore ? { page: page + 1 } : null;
};
