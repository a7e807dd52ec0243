/** Pages: offsets and opaque cursors. */
import type { SelectQueryBuilder } from 'kysely';
import { DomainError } from './domain-error.ts';

/** Which page is wanted; the first is 1. */
export interface PageRequest {
  readonly page: number;
  readonly pageSize: number;
}
/** How many rows come before a page. */
export const offsetOf = ({ page, pageSize }: PageRequest): number => (page - 1) * pageSize;

/** A page as the contract shows it. */
export const toPage = <T>({ page, pageSize }: PageRequest, items: T[], totalCount: number) => ({ items, page, pageSize, totalCount });

/**
 * A page whose rows say how many rows all pages have. Beyond the last page there is no row to say so, and the first one is read for its
 * number.
 */
export const readCountedPage = async <R extends { readonly totalCount: number }, T>(
  request: PageRequest,
  read: (page: PageRequest) => PromiseLike<readonly R[]>,
  toItem: (row: Omit<R, 'totalCount'>) => T,
): Promise<{ items: T[]; page: number; pageSize: number; totalCount: number }> => {
  const rows = await read(request);
  const [counted] = rows.length > 0 || request.page === 1 ? rows : await read({ page: 1, pageSize: 1 });
  const items = rows.map(({ totalCount: _, ...row }) => toItem(row));
  return toPage(request, items, counted?.totalCount ?? 0);
};

/** The page of a statement, which names its columns and its order, with the number of all its rows. */
export const selectPage = <DB, TB extends keyof DB, O, T>(
  statement: SelectQueryBuilder<DB, TB, O>,
  request: PageRequest,
  toItem: (row: O) => T,
): Promise<{ items: T[]; page: number; pageSize: number; totalCount: number }> => {
  const counted = statement.select((eb) => eb.fn.countAll<number>().over().as('totalCount')).$castTo<{ readonly totalCount: number }>();
  const read = (page: PageRequest) => counted.limit(page.pageSize).offset(offsetOf(page)).execute();
  return readCountedPage(request, read, (row) => toItem(row as O));
};

/** Wraps the sort key of the last row so that callers treat it as opaque. */
export const encodeCursor = (key: string): string => Buffer.from(key).toString('base64url');
/** Decodes a cursor whose key must match the pattern; anything else is an input error. */
export const decodeCursor = (cursor: string, pattern: RegExp): string => {
  const key = Buffer.from(cursor, 'base64url').toString();
  if (!pattern.test(key))
    throw new DomainError('INVALID_INPUT', 'The cursor is not valid for this list.', {
      fields: [{ path: 'cursor', message: 'is not valid' }],
    });
  return key;
};
/** The form of an id, in lower case; also distinguishes an id from a slug in a path that accepts both. */
export const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
