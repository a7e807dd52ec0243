/** What can be bought of products now, with the database snapshot in which it was read. */
import type { ProductId } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { Core } from '../kernel/index.ts';
import { canBeBought, liveHold, liveLevel, sellableUnits, stockStatus } from './stock-levels.ts';

/** When an availability was read, and how long it is known to be true. */
export interface SnapshotRead {
  /** The database snapshot in which it was read. */
  readonly asOf: string;
  /** When the next hold expires, which changes the answer although nothing is written. */
  readonly until: Date | null;
}

/** The availability of the variants of a product, as JSON text. */
export interface AvailabilityText extends SnapshotRead {
  readonly id: ProductId | null;
  readonly text: string;
}

/** Whether the present snapshot is the one of an earlier read, and none of the holds seen there has expired since. */
export const isCurrentSnapshot = async ({ db }: Pick<Core, 'db'>, { asOf, until }: SnapshotRead): Promise<boolean> => {
  const { rows } = await sql<{ still: boolean }>`
    select pg_current_snapshot()::text = ${asOf} and coalesce(now() < ${until}::timestamptz, true) as still`.execute(db);
  return rows[0]?.still === true;
};

/**
 * One row per product; or one row without a product when the snapshot is still `known`. Two statements with equal snapshots see
 * the same rows, because a snapshot is the list of the transactions whose work it shows. (True of the primary, which is what `core.db` is.)
 */
export const readAvailabilityTexts = async (
  { db }: Pick<Core, 'db'>,
  ids: ReadonlySet<ProductId>,
  known: SnapshotRead,
): Promise<readonly AvailabilityText[]> => {
  const { rows } = await sql<AvailabilityText>`
    with moment as materialized (select pg_current_snapshot()::text as "asOf")
    select moment."asOf", stock.* from moment left join (
      select v.product_id as id,
        json_agg(json_build_object(
          'variantId', v.id, 'available', ${sellableUnits('l')}, 'tracked', coalesce(l.tracked, true),
          'inStock', ${canBeBought('l')},
          'label', ${stockStatus('l')}) order by v.id)::text as text,
        min((
          select min(h.expires_at) from holds h where h.variant_id = v.id and ${liveHold})) as until
      from variants v left join lateral ${liveLevel('v')} l on true
      where v.product_id = any(${`{${[...ids].join()}}`}::uuid[])
        and ((select "asOf" from moment) <> ${known.asOf} or now() >= ${known.until}::timestamptz)
      group by v.product_id) stock on true`.execute(db);
  return rows;
};
