/** Order numbers for people: `ORD-YYYYMMDD-XXXX`, the day in UTC. */
import { sql } from 'kysely';
import type { Tx } from '../kernel/index.ts';

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const space = 2 ** 20;

/**
 * Four Crockford base-32 characters from a place in the sequence. The multiplication by an odd constant
 * is a permutation of the space, so consecutive numbers look unrelated and none repeats within a million.
 */
export const scramble = (n: number): string => {
  const mixed = Number((BigInt(n) * 0x9e375n + 0x3c6efn) % BigInt(space));
  return [15, 10, 5, 0].map((shift) => alphabet[(mixed >> shift) & 31]).join('');
};

/** Tx step: the next numbers. They may have gaps; only invoice numbers must not. */
export const nextOrderNumbers = async (tx: Tx, count: number): Promise<string[]> => {
  const { rows } = await sql<{ n: number; day: string }>`
    select nextval('order_number_seq') as n, to_char(now() at time zone 'UTC', 'YYYYMMDD') as day
    from generate_series(1, ${count}::int)`.execute(tx.db);
  return rows.map(({ n, day }) => `ORD-${day}-${scramble(n)}`);
};
