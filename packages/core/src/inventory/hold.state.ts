/** The only place that writes `holds.state`: an `active` hold ends once, sold (`committed`) or `released`. */
import { sql, type RawBuilder } from 'kysely';

/**
 * The update that ends the active holds that `which` selects, for larger statements that move their units as well.
 * The alias of the table is `h`; `beside` are further tables of the condition. The caller has locked the stock rows.
 */
export const endHolds = (to: 'committed' | 'released', which: RawBuilder<unknown>, beside?: RawBuilder<unknown>): RawBuilder<unknown> =>
  sql`update holds h set state = ${sql.lit(to)}, ended_at = now() ${beside ? sql`from ${beside}` : sql``} where h.state = 'active' and ${which}`;

/** SQL: which cart holds have expired. */
export const lapsedHolds = sql`h.cart_id is not null and h.expires_at <= now()`;
